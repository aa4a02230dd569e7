-- description: Share of the people first touched on a day who reached a step within 28 days, with its 95 % Wilson interval.
-- grain: shop_id, day_on, step
-- partition: day day_on
-- input reports.funnel_daily: day day_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day of the first touch.
-- column step: conversed, interested, carted, ordered, paid, delivered or reordered.
-- column entered: People first touched that day.
-- column converted: Of these, who reached the step.
-- column conversion_rate: converted / entered; null for none.
-- column conversion_rate_low: Lower end of the interval; 0 for none.
-- column conversion_rate_high: Upper end of the interval; 1 for none.
-- check fail not_null: shop_id, day_on, step, entered, converted
-- check fail rate_is_inside: entered = 0 or conversion_rate between conversion_rate_low and conversion_rate_high
-- The rule is enough: a row is a step of its input's row of the same day.
with step as (
    select shop_id, day_on, 'conversed' as step, entered, conversed as converted from reports.funnel_daily
    union all
    select shop_id, day_on, 'interested' as step, entered, interested as converted from reports.funnel_daily
    union all
    select shop_id, day_on, 'carted' as step, entered, carted as converted from reports.funnel_daily
    union all
    select shop_id, day_on, 'ordered' as step, entered, ordered as converted from reports.funnel_daily
    union all
    select shop_id, day_on, 'paid' as step, entered, paid as converted from reports.funnel_daily
    union all
    select shop_id, day_on, 'delivered' as step, entered, delivered as converted from reports.funnel_daily
    union all
    select shop_id, day_on, 'reordered' as step, entered, reordered as converted from reports.funnel_daily
),

number as (
    select
        step.shop_id, step.day_on, step.step, step.entered, step.converted,
        cast(step.entered as double) as n, cast(step.converted as double) as x,
        3.841458820694124e0 as z2  -- square of the 97.5 % quantile of the normal distribution
    from step
    join scope_day as scope on scope.shop_id = step.shop_id and scope.day_on = step.day_on
),

wilson as (
    select
        shop_id, day_on, step, entered, converted, n, x, z2,
        sqrt(z2 * (z2 + 4 * x * (n - x) / nullif(n, 0))) as spread
    from number
)

select
    shop_id, day_on, step, entered, converted,
    x / nullif(n, 0) as conversion_rate,
    case when converted = 0 then 0e0 else (2 * x + z2 - spread) / (2 * (n + z2)) end as conversion_rate_low,
    case when converted = entered then 1e0 else (2 * x + z2 + spread) / (2 * (n + z2)) end as conversion_rate_high
from wilson
