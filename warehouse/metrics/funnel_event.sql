-- description: One row per touched person, funnel step and second they took it at, from the first touch ever on, for 147 days (12 700 800 s).
-- grain: shop_id, person_key, place, reached_s
-- partition: person person_key
-- input staging.touch: person person_key
-- input staging.message: person person_key
-- input metrics.interest: person person_key
-- input staging.person_order: person person_key
-- input staging.reorder: person person_key
-- as_of: none
-- column place: 0 first touch, 1 wrote, 2 product interest (like, reaction, product or share), 3 cart, 4 order, 5 payment, 6 delivery, 7 re-order.
-- column entered_on: Local day of the first touch.
-- check fail not_null: shop_id, person_key, place, reached_s, entered_s, entered_on
-- The rules are enough: every row here is one person's; a late earlier touch moves the entry, and with it all that this person did.
with touched as (
    select
        touch.shop_id, touch.person_key, touch.occurred_s as entered_s, touch.occurred_on as entered_on,
        row_number() over (
            partition by touch.shop_id, touch.person_key order by touch.occurred_at, touch.touch_key
        ) as choice
    from staging.touch as touch
    join scope_person as scope on scope.shop_id = touch.shop_id and scope.person_key = touch.person_key
    where touch.person_key <> '' and touch.person_key in (select person_key from scope_person)
),

entry as (
    select shop_id, person_key, entered_s, entered_on from touched where choice = 1
),

ordered as (
    select
        entry.shop_id, entry.person_key, owned.ordered_s, owned.paid_s, owned.delivered_s,
        row_number() over (
            partition by entry.shop_id, entry.person_key order by owned.ordered_at, owned.order_key
        ) as choice
    from entry
    join staging.person_order as owned on owned.shop_id = entry.shop_id and owned.person_key = entry.person_key
    where owned.ordered_s >= entry.entered_s
),

taken as (
    select shop_id, person_key, 0 as place, entered_s as reached_s from entry
    union all
    select shop_id, person_key, 1 as place, occurred_s as reached_s
    from staging.message
    where is_content and direction = 'in' and person_key in (select person_key from scope_person)
    union all
    select shop_id, person_key, case when signal = 'cart' then 3 else 2 end as place, occurred_s as reached_s
    from metrics.interest
    where signal in ('like', 'reaction', 'product', 'share', 'cart') and person_key in (select person_key from scope_person)
    union all
    select shop_id, person_key, 4 as place, ordered_s as reached_s from ordered
    union all
    select shop_id, person_key, 5 as place, paid_s as reached_s from ordered
    union all
    select shop_id, person_key, 6 as place, delivered_s as reached_s from ordered
    union all
    select shop_id, person_key, 7 as place, ordered_s as reached_s from ordered where choice > 1
    union all
    select shop_id, person_key, 7 as place, confirmed_s as reached_s from staging.reorder
)

select distinct entry.shop_id, entry.person_key, cast(taken.place as bigint) as place, taken.reached_s, entry.entered_s, entry.entered_on
from entry
join taken
    on taken.shop_id = entry.shop_id and taken.person_key = entry.person_key
    and taken.reached_s between entry.entered_s and entry.entered_s + 12700800
