-- description: The funnel step by step, by the local day of the first touch ever: in strict order and in any order, with 95 % Wilson intervals.
-- grain: shop_id, day_on, funnel_order, step
-- partition: day day_on
-- input metrics.funnel_person: day entered_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day of the first touch.
-- column funnel_order: strict (each step after the one before, within the step's window: 1 day to conversed, 7 days each to interested, carted, ordered and paid, 28 days to delivered, 90 days to reordered) or any_order (each within 147 days, their sum, of the first touch).
-- column step: conversed, interested, carted, ordered, paid, delivered or reordered.
-- column entered: People first touched that day.
-- column base_people: Whom the rate is of: in strict order those who took the step before, in any order all who entered.
-- column reached_people: Of these, who took the step.
-- column step_rate: reached_people / base_people; null for none.
-- column step_rate_low: Lower end of the interval; 0 for none.
-- column step_rate_high: Upper end of the interval; 1 for none.
-- column median_step_minutes: Median time to the step (nearest rank): in strict order from the step before, in any order from the first touch; null without one.
-- column p90_step_minutes: 90th percentile of the same.
-- check fail not_null: shop_id, day_on, funnel_order, step, entered, base_people, reached_people
-- check fail rate_is_inside: base_people = 0 or step_rate between step_rate_low and step_rate_high
-- The rule is enough: what a person does later changes the rows of the day they entered on, and no other.
with ranked as (
    select
        person.shop_id, person.entered_on as day_on, person.funnel_order, person.place, person.took_s,
        count(*) over (partition by person.shop_id, person.entered_on, person.funnel_order, person.place) as people,
        row_number() over (
            partition by person.shop_id, person.entered_on, person.funnel_order, person.place order by person.took_s
        ) as rank
    from metrics.funnel_person as person
    join scope_day as scope on scope.shop_id = person.shop_id and scope.day_on = person.entered_on
),

total as (
    select
        shop_id, day_on, funnel_order, place, people,
        max(case when 2 * rank = people + mod(people, 2) then took_s end) as median_s,
        max(case when 10 * rank between 9 * people and 9 * people + 9 then took_s end) as p90_s
    from ranked
    group by shop_id, day_on, funnel_order, place, people
),

step as (
    select 1 as place, 'conversed' as step union all select 2 as place, 'interested' as step union all select 3 as place, 'carted' as step
    union all select 4 as place, 'ordered' as step union all select 5 as place, 'paid' as step
    union all select 6 as place, 'delivered' as step union all select 7 as place, 'reordered' as step
),

number as (
    select
        entry.shop_id, entry.day_on, entry.funnel_order, step.step, entry.people as entered, here.median_s, here.p90_s,
        case when entry.funnel_order = 'strict' then coalesce(prior.people, 0) else entry.people end as base_people,
        coalesce(here.people, 0) as reached_people,
        3.841458820694124e0 as z2  -- square of the 97.5 % quantile of the normal distribution
    from total as entry
    join step on step.place > entry.place
    left join total as here on here.shop_id = entry.shop_id and here.day_on = entry.day_on
        and here.funnel_order = entry.funnel_order and here.place = step.place
    left join total as prior on prior.shop_id = entry.shop_id and prior.day_on = entry.day_on
        and prior.funnel_order = entry.funnel_order and prior.place = step.place - 1
    where entry.place = 0
),

wilson as (
    select
        shop_id, day_on, funnel_order, step, entered, base_people, reached_people, median_s, p90_s, z2,
        cast(base_people as double) as n, cast(reached_people as double) as x
    from number
)

select
    shop_id, day_on, funnel_order, step, entered, base_people, reached_people, x / nullif(n, 0) as step_rate,
    case when x = 0 then 0e0 else (2 * x + z2 - sqrt(z2 * (z2 + 4 * x * (n - x) / nullif(n, 0)))) / (2 * (n + z2)) end as step_rate_low,
    case when x = n then 1e0 else (2 * x + z2 + sqrt(z2 * (z2 + 4 * x * (n - x) / nullif(n, 0)))) / (2 * (n + z2)) end as step_rate_high,
    cast(median_s as double) / 60 as median_step_minutes,
    cast(p90_s as double) / 60 as p90_step_minutes
from wilson
