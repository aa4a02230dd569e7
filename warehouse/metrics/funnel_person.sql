-- description: One row per touched person, funnel order and step they took in it.
-- grain: shop_id, person_key, funnel_order, place
-- partition: person person_key
-- input metrics.funnel_event: person person_key
-- as_of: none
-- column funnel_order: any_order: the first time of the step since the first touch, whatever came between. strict: the first time that is not
-- before the step before (a re-order: that is after the delivery), if it came within the step's window: 1 day (86 400 s) to write, 7 days
-- (604 800 s) each to interest, cart, order and payment, 28 days (2 419 200 s) to the delivery, 90 days (7 776 000 s) to the re-order.
-- column place: As in metrics.funnel_event.
-- column took_s: Seconds to the step: in any order from the first touch, in strict order from the step before.
-- check fail not_null: shop_id, person_key, funnel_order, place, entered_s, entered_on, reached_s, took_s
-- check fail steps_go_forward: took_s >= 0 and reached_s >= entered_s
-- The rule is enough: a person's steps follow from that person's events alone.
with recursive event as (
    select event.shop_id, event.person_key, event.place, event.reached_s, event.entered_s, event.entered_on
    from metrics.funnel_event as event
    join scope_person as scope on scope.shop_id = event.shop_id and scope.person_key = event.person_key
),

-- every event among those of the step after it; a re-order counts from the second after the delivery, which may be its own order's
facing as (
    select shop_id, person_key, place, reached_s, reached_s as sorted_s, false as is_after from event
    union all
    select
        shop_id, person_key, place - 1 as place, reached_s,
        case when place = 7 then reached_s - 1 else reached_s end as sorted_s, true as is_after
    from event
    where place > 0
),

followed as (
    select
        shop_id, person_key, place, reached_s, is_after,
        min(case when is_after then reached_s end) over (
            partition by shop_id, person_key, place order by sorted_s desc
        ) as after_s
    from facing
),

pair as (
    select
        shop_id, person_key, place, reached_s, after_s,
        case place when 0 then 86400 when 5 then 2419200 when 6 then 7776000 else 604800 end as window_s
    from followed
    where not is_after
),

strict as (
    select shop_id, person_key, place, reached_s, entered_s, entered_on, cast(0 as bigint) as took_s from event where place = 0
    union all
    select
        strict.shop_id, strict.person_key, strict.place + 1 as place, pair.after_s as reached_s, strict.entered_s, strict.entered_on,
        pair.after_s - strict.reached_s as took_s
    from strict
    join pair
        on pair.shop_id = strict.shop_id and pair.person_key = strict.person_key
        and pair.place = strict.place and pair.reached_s = strict.reached_s
    where pair.after_s <= strict.reached_s + pair.window_s
)

select shop_id, person_key, 'strict' as funnel_order, place, entered_s, entered_on, reached_s, took_s
from strict
union all
select
    shop_id, person_key, 'any_order' as funnel_order, place, entered_s, entered_on,
    min(reached_s) as reached_s, min(reached_s) - entered_s as took_s
from event
group by shop_id, person_key, place, entered_s, entered_on
