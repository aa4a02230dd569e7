-- description: One row per month of a shop's store sales, attribution window, basis and touched item: receipts, visits and money with a touch.
-- grain: shop_id, month_on, attribution_window, basis, level, level_id, reporting_currency
-- partition: month month_on
-- input attribution.store_path: month month_on
-- input staging.store_sale: month sold_on
-- input staging.shop: shop
-- as_of: none
-- column reporting_currency: The shop's; of one that nobody claimed, the money's own, which visits stand beside: the first by name, '' without a sale.
-- column touches: Touches in the paths of the receipts.
-- column median_ad_lag_s: Median of the seconds from the first ad touch to the sale (nearest rank); null without an ad touch.
-- check fail not_null: shop_id, month_on, attribution_window, basis, level, level_id, reporting_currency, receipts, visits
-- The rules are enough: a path and its receipt are of one month, and a row adds up one month of one shop.
with path as (
    select
        path.shop_id, path.month_on, path.attribution_window, path.basis, path.level, path.level_id, path.level_name,
        path.conversion_type, path.touches, path.ad_touches, path.ad_lag_s, path.conversion_key,
        coalesce(
            sale.reporting_currency, shop.reporting_currency, min(sale.reporting_currency) over (partition by path.shop_id, path.month_on), ''
        ) as reporting_currency, coalesce(sale.person_key, '') <> '' as is_known,
        sale.reporting_gross_minor, sale.reporting_net_minor
    from attribution.store_path as path
    join scope_month as scope on scope.shop_id = path.shop_id and scope.month_on = path.month_on
    left join staging.store_sale as sale
        on sale.shop_id = path.shop_id and sale.receipt_key = path.conversion_key and path.conversion_type = 'in_store'
    left join staging.shop as shop on shop.shop_id = path.shop_id
),

ranked as (
    select
        shop_id, month_on, attribution_window, basis, level, level_id, level_name, conversion_type, reporting_currency, is_known,
        touches, ad_touches, ad_lag_s, reporting_gross_minor, reporting_net_minor,
        conversion_type = 'in_store' as is_sale,
        count(case when conversion_type = 'in_store' then ad_lag_s end) over this_item as lags,
        row_number() over (
            partition by shop_id, month_on, attribution_window, basis, level, level_id, reporting_currency
            order by case when conversion_type = 'in_store' and ad_lag_s is not null then 0 else 1 end, ad_lag_s, conversion_key
        ) as lag_place
    from path
    window this_item as (partition by shop_id, month_on, attribution_window, basis, level, level_id, reporting_currency)
)

select
    shop_id, month_on, attribution_window, basis, level, level_id, max(level_name) as level_name, reporting_currency,
    count(case when is_sale then 1 end) as receipts,
    count(case when is_sale and is_known then 1 end) as known_receipts,
    count(case when is_sale and touches > 0 then 1 end) as touched_receipts,
    count(case when is_sale and ad_touches > 0 then 1 end) as ad_touched_receipts,
    count(case when is_sale and reporting_gross_minor is null then 1 end) as unconverted_receipts,
    cast(coalesce(sum(reporting_gross_minor), 0) as bigint) as gross_minor,
    cast(coalesce(sum(reporting_net_minor), 0) as bigint) as net_minor,
    cast(coalesce(sum(case when ad_touches > 0 then reporting_gross_minor end), 0) as bigint) as ad_gross_minor,
    cast(coalesce(sum(case when ad_touches > 0 then reporting_net_minor end), 0) as bigint) as ad_net_minor,
    cast(coalesce(sum(case when is_sale then touches end), 0) as bigint) as touches,
    max(case when 2 * lag_place = lags + mod(lags, 2) then ad_lag_s end) as median_ad_lag_s,
    count(case when is_sale and ad_lag_s <= 86400 then 1 end) as day_receipts,
    count(case when is_sale and ad_lag_s > 86400 and ad_lag_s <= 604800 then 1 end) as week_receipts,
    count(case when is_sale and ad_lag_s > 604800 and ad_lag_s <= 2419200 then 1 end) as month_receipts,
    count(case when is_sale and ad_lag_s > 2419200 then 1 end) as later_receipts,
    count(case when not is_sale then 1 end) as visits,
    count(case when not is_sale and ad_touches > 0 then 1 end) as ad_touched_visits
from ranked
group by shop_id, month_on, attribution_window, basis, level, level_id, reporting_currency
