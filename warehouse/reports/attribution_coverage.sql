-- description: How many conversions of a month have a touch before them in each window, with the 95 % Wilson interval of the share.
-- grain: shop_id, month_on, conversion_type, attribution_window
-- partition: month month_on
-- input attribution.touch_credit: month month_on
-- as_of: none
-- column shop_id: Shop.
-- column month_on: First day of the local month of the conversions.
-- column conversion_type: purchase, reorder, in_store, opt_in or lead.
-- column attribution_window: How far back touches count.
-- column conversions: Conversions.
-- column touched_conversions: Those with a touch in the window.
-- column ad_conversions: Those with a touch that names its ad.
-- column touched_rate: touched_conversions / conversions.
-- column touched_rate_low: Lower end of the interval.
-- column touched_rate_high: Upper end of the interval.
-- check fail not_null: shop_id, month_on, conversion_type, attribution_window, conversions, touched_conversions, touched_rate
-- check fail rate_is_inside: touched_rate between touched_rate_low and touched_rate_high
-- The rule is enough: a conversion and its touches bear the month of the conversion.
with total as (
    select
        touch.shop_id, touch.month_on, touch.conversion_type, touch.attribution_window,
        count(distinct touch.conversion_key) as conversions,
        count(distinct case when touch.touch_key <> '' then touch.conversion_key end) as touched_conversions,
        count(distinct case when touch.ad_id <> '' then touch.conversion_key end) as ad_conversions
    from attribution.touch_credit as touch
    join scope_month as scope on scope.shop_id = touch.shop_id and scope.month_on = touch.month_on
    group by touch.shop_id, touch.month_on, touch.conversion_type, touch.attribution_window
),

number as (
    select
        shop_id, month_on, conversion_type, attribution_window, conversions, touched_conversions, ad_conversions,
        cast(conversions as double) as n, cast(touched_conversions as double) as x,
        3.841458820694124e0 as z2  -- square of the 97.5 % quantile of the normal distribution
    from total
),

wilson as (
    select
        shop_id, month_on, conversion_type, attribution_window, conversions, touched_conversions, ad_conversions, n, x, z2,
        sqrt(z2 * (z2 + 4 * x * (n - x) / n)) as spread
    from number
)

select
    shop_id, month_on, conversion_type, attribution_window, conversions, touched_conversions, ad_conversions,
    x / n as touched_rate,
    case when touched_conversions = 0 then 0e0 else (2 * x + z2 - spread) / (2 * (n + z2)) end as touched_rate_low,
    case when touched_conversions = conversions then 1e0 else (2 * x + z2 + spread) / (2 * (n + z2)) end as touched_rate_high
from wilson
