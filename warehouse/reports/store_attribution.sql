-- description: How much of a shop's store sales an ad or another touch of the same person came before, by the local month of the sale.
-- grain: shop_id, month_on, attribution_window, basis, level, level_id, reporting_currency
-- partition: month month_on
-- input attribution.store_month: month month_on
-- as_of: none
-- column shop_id: Shop.
-- column month_on: First day of the local month of the receipts and visits.
-- column attribution_window: Look-back of a touch before the sale, such as 7d_click.
-- column basis: thread: touches of the very contact or card that the receipt names; person: of all identifiers of its person as of the sale.
-- column level: all, channel, campaign or ad.
-- column level_id: What was touched, `all` for anything; `no_ad` (a touch without an ad), `unknown` (an ad nobody told the campaign of).
-- column level_name: Its name.
-- column reporting_currency: ISO 4217 code of the money; '' where the row has visits alone and nobody claimed the shop.
-- column receipts: Receipts of sales in the month, whatever touched their buyers; returns are receipts of their own and not among them.
-- column known_receipts: Those whose buyer the till knows: no touch can be found for others.
-- column touched_receipts: Those with a touch of it in the window.
-- column ad_touched_receipts: Those with an ad touch of it in the window. A touch came before the sale; that it caused it is not said.
-- column ad_touched_rate: ad_touched_receipts / known_receipts; null without a known one.
-- column ad_touched_rate_low: Lower end of the 95 % Wilson interval; 0 for none.
-- column ad_touched_rate_high: Upper end of the interval; 1 for none.
-- column gross_minor: Gross of all receipts, converted at the rate of their day.
-- column net_minor: gross - discount - refund of all receipts, converted alike.
-- column ad_gross_minor: Gross of the receipts with an ad touch of it.
-- column ad_net_minor: Net of the receipts with an ad touch of it.
-- column ad_sales_rate: ad_net / net, the receipts of unknown buyers in the whole; null without net.
-- column unconverted_receipts: Receipts in a currency without a rate: counted, but in no sum of money.
-- column mean_path_touches: Touches of it / touched_receipts: how long a path is; null without one.
-- column median_ad_lag_hours: Median time from the first ad touch of it to the sale (nearest rank); null without one.
-- column ad_lag_1d_receipts: Receipts at most a day (86 400 seconds) after the first ad touch.
-- column ad_lag_7d_receipts: More than one and at most 7 days.
-- column ad_lag_28d_receipts: More than 7 and at most 28 days.
-- column ad_lag_over_28d_receipts: More than 28 days.
-- column visits: Visits of known people to the stores in the month: codes scanned, cards checked in.
-- column ad_touched_visits: Those with an ad touch of it in the window.
-- check fail not_null: shop_id, month_on, attribution_window, basis, level, level_id, level_name, receipts, known_receipts, visits
-- check fail parts_of_the_whole: ad_touched_receipts <= touched_receipts and touched_receipts <= known_receipts and known_receipts <= receipts and ad_touched_visits <= visits
-- The rule is enough: a row is set beside the month's row of all, and both are of one month.
with number as (
    select
        item.shop_id, item.month_on, item.attribution_window, item.basis, item.level, item.level_id, item.level_name,
        item.reporting_currency, whole.receipts, whole.known_receipts, item.touched_receipts, item.ad_touched_receipts,
        whole.gross_minor, whole.net_minor, item.ad_gross_minor, item.ad_net_minor, whole.unconverted_receipts,
        item.touches, item.median_ad_lag_s, item.day_receipts, item.week_receipts, item.month_receipts, item.later_receipts,
        whole.visits, item.ad_touched_visits,
        cast(whole.known_receipts as double) as n, cast(item.ad_touched_receipts as double) as x,
        3.841458820694124e0 as z2  -- square of the 97.5 % quantile of the normal distribution
    from attribution.store_month as item
    join scope_month as scope on scope.shop_id = item.shop_id and scope.month_on = item.month_on
    join attribution.store_month as whole
        on whole.shop_id = item.shop_id and whole.month_on = item.month_on and whole.attribution_window = item.attribution_window
        and whole.basis = item.basis and whole.level = 'all' and whole.reporting_currency = item.reporting_currency
)

select
    shop_id, month_on, attribution_window, basis, level, level_id, level_name, reporting_currency,
    receipts, known_receipts, touched_receipts, ad_touched_receipts,
    x / nullif(n, 0) as ad_touched_rate,
    case when x = 0 then 0e0 else (2 * x + z2 - sqrt(z2 * (z2 + 4 * x * (n - x) / nullif(n, 0)))) / (2 * (n + z2)) end as ad_touched_rate_low,
    case when x = n then 1e0 else (2 * x + z2 + sqrt(z2 * (z2 + 4 * x * (n - x) / nullif(n, 0)))) / (2 * (n + z2)) end as ad_touched_rate_high,
    gross_minor, net_minor, ad_gross_minor, ad_net_minor,
    cast(ad_net_minor as double) / nullif(net_minor, 0) as ad_sales_rate,
    unconverted_receipts,
    cast(touches as double) / nullif(touched_receipts, 0) as mean_path_touches,
    median_ad_lag_s / 3.6e3 as median_ad_lag_hours,
    day_receipts as ad_lag_1d_receipts,
    week_receipts as ad_lag_7d_receipts,
    month_receipts as ad_lag_28d_receipts,
    later_receipts as ad_lag_over_28d_receipts,
    visits, ad_touched_visits
from number
