-- description: One row per touched person: the steps reached within 28 days (2 419 200 s) of the first touch ever.
-- grain: shop_id, person_key
-- partition: person person_key
-- input staging.touch: person person_key
-- input staging.message: person person_key
-- input metrics.interest: person person_key
-- input staging.person_order: person person_key
-- input staging.reorder: person person_key
-- as_of: none
-- column entered_on: Local day of the first touch.
-- check fail not_null: shop_id, person_key, entered_s, entered_on
with touched as (
    select
        touch.shop_id, touch.person_key, touch.occurred_s as entered_s, touch.occurred_on as entered_on,
        row_number() over (
            partition by touch.shop_id, touch.person_key order by touch.occurred_at, touch.touch_key
        ) as place
    from staging.touch as touch
    join scope_person as scope on scope.shop_id = touch.shop_id and scope.person_key = touch.person_key
    where touch.person_key <> ''
),

entry as (
    select shop_id, person_key, entered_s, entered_on from touched where place = 1
),

ordered as (
    select
        entry.shop_id, entry.person_key, owned.ordered_s, owned.paid_s, owned.delivered_s,
        row_number() over (
            partition by entry.shop_id, entry.person_key order by owned.ordered_at, owned.order_key
        ) as place
    from entry
    join staging.person_order as owned on owned.shop_id = entry.shop_id and owned.person_key = entry.person_key
    where owned.ordered_s >= entry.entered_s
),

step as (
    select shop_id, person_key, 'conversed' as step, occurred_s as reached_s
    from staging.message
    where is_content and direction = 'in'
    union all
    select shop_id, person_key, 'interested' as step, occurred_s as reached_s
    from metrics.interest
    where signal in ('like', 'reaction', 'product', 'share')
    union all
    select shop_id, person_key, 'carted' as step, occurred_s as reached_s from metrics.interest where signal = 'cart'
    union all
    select shop_id, person_key, 'ordered' as step, ordered_s as reached_s from ordered
    union all
    select shop_id, person_key, 'paid' as step, paid_s as reached_s from ordered
    union all
    select shop_id, person_key, 'delivered' as step, delivered_s as reached_s from ordered
    union all
    select shop_id, person_key, 'reordered' as step, ordered_s as reached_s from ordered where place > 1
    union all
    select shop_id, person_key, 'reordered' as step, confirmed_s as reached_s from staging.reorder
)

select
    entry.shop_id,
    entry.person_key,
    entry.entered_s,
    entry.entered_on,
    coalesce(max(case when step.step = 'conversed' then 1 end), 0) as conversed,
    coalesce(max(case when step.step = 'interested' then 1 end), 0) as interested,
    coalesce(max(case when step.step = 'carted' then 1 end), 0) as carted,
    coalesce(max(case when step.step = 'ordered' then 1 end), 0) as ordered,
    coalesce(max(case when step.step = 'paid' then 1 end), 0) as paid,
    coalesce(max(case when step.step = 'delivered' then 1 end), 0) as delivered,
    coalesce(max(case when step.step = 'reordered' then 1 end), 0) as reordered
from entry
left join step
    on step.shop_id = entry.shop_id and step.person_key = entry.person_key
    and step.reached_s between entry.entered_s and entry.entered_s + 2419200
group by entry.shop_id, entry.person_key, entry.entered_s, entry.entered_on
