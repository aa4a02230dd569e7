-- description: The ways to a conversion: channels in order, repeats in a row told once, in the local month of the conversion.
-- grain: shop_id, month_on, conversion_type, attribution_window, path, currency
-- partition: month month_on
-- input attribution.path: month month_on
-- input attribution.conversion_value: month month_on
-- as_of: none
-- column shop_id: Shop.
-- column month_on: First day of the local month of the conversion.
-- column conversion_type: purchase, reorder, in_store, opt_in or lead.
-- column attribution_window: Look-back of a touch before the conversion.
-- column path: Channels from the first touch to the last, joined by ` > `; `unattributed` without a touch, `other paths` for all after the first 200.
-- column path_rank: 1 is the most frequent path of the month and window, in all currencies; null for `unattributed` and `other paths`.
-- column currency: ISO 4217 code of the money; XXX where the conversion brings none.
-- column conversions: Conversions by this path.
-- column conversion_share_rate: conversions / all conversions of the month and window; the shares of a month add up to 1.
-- column buyers: Identified buyers among them; 0 for conversions without money.
-- column gross_minor: Gross of the orders or receipts.
-- column net_minor: Their gross - discount - refund.
-- column median_convert_hours: Median time from first touch to conversion (nearest rank); null without a touch.
-- check fail not_null: shop_id, month_on, conversion_type, attribution_window, path, currency, conversions, gross_minor, net_minor
-- check fail shares_add_up: select shop_id from fresh group by shop_id, month_on, conversion_type, attribution_window having abs(sum(conversion_share_rate) - 1) > 1e-9
-- The rules are enough: ranks and shares are those of one month of conversions, and both inputs carry that month.
with walked as (
    select path.shop_id, path.month_on, path.conversion_type, path.attribution_window, path.conversion_key, path.exposure_path as path,
        path.converted_s - path.first_touched_s as convert_s
    from attribution.path as path
    join scope_month as scope on scope.shop_id = path.shop_id and scope.month_on = path.month_on
),

frequent as (
    select
        shop_id, month_on, conversion_type, attribution_window, path,
        case when path <> 'unattributed' then row_number() over (
            partition by shop_id, month_on, conversion_type, attribution_window, path = 'unattributed' order by count(*) desc, path
        ) end as path_rank,
        cast(sum(count(*)) over (partition by shop_id, month_on, conversion_type, attribution_window) as bigint) as all_conversions
    from walked
    group by shop_id, month_on, conversion_type, attribution_window, path
),

shown as (
    select
        walked.shop_id, walked.month_on, walked.conversion_type, walked.attribution_window, walked.conversion_key, walked.convert_s,
        case when frequent.path_rank > 200 then 'other paths' else walked.path end as path,
        case when frequent.path_rank <= 200 then frequent.path_rank end as path_rank,
        frequent.all_conversions,
        coalesce(value.currency, 'XXX') as currency,
        case when value.is_known then value.customer_key end as buyer_key,
        coalesce(value.gross_minor, 0) as gross_minor,
        coalesce(value.net_minor, 0) as net_minor
    from walked
    join frequent using (shop_id, month_on, conversion_type, attribution_window, path)
    left join attribution.conversion_value as value using (shop_id, month_on, conversion_type, conversion_key)
),

ranked as (
    select
        shop_id, month_on, conversion_type, attribution_window, path, path_rank, currency, all_conversions, convert_s,
        buyer_key, gross_minor, net_minor,
        row_number() over (
            partition by shop_id, month_on, conversion_type, attribution_window, path, currency order by convert_s, conversion_key
        ) as place,
        count(*) over (partition by shop_id, month_on, conversion_type, attribution_window, path, currency) as timed
    from shown
)

select
    shop_id, month_on, conversion_type, attribution_window, path, path_rank, currency,
    count(*) as conversions,
    cast(count(*) as double) / max(all_conversions) as conversion_share_rate,
    count(distinct buyer_key) as buyers,
    cast(sum(gross_minor) as bigint) as gross_minor,
    cast(sum(net_minor) as bigint) as net_minor,
    cast(max(case when 2 * place = timed + mod(timed, 2) then convert_s end) as double) / 3600 as median_convert_hours
from ranked
group by shop_id, month_on, conversion_type, attribution_window, path, path_rank, currency
