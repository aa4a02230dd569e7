-- description: Orders, money and ad spend by what brought them, in the local month of the order.
-- grain: shop_id, month_on, model, attribution_window, level, level_id, currency
-- partition: month month_on
-- input reports.attribution_daily: month day_on
-- as_of: none
-- column shop_id: Shop.
-- column month_on: First day of the local month.
-- column model: first_touch, last_touch or linear.
-- column attribution_window: Look-back of a touch before the order: 7d_click (604 800 seconds).
-- column level: channel, campaign, adset or ad.
-- column level_id: What is credited; else `unattributed` (no touch), `no_ad` (a touch without an ad), `unknown` (an ad nobody told of).
-- column level_name: Its name.
-- column currency: ISO 4217 code of the money and of the ad spend in this row.
-- column credited_ppb: Orders credited, in parts per billion of an order.
-- column credited_orders: Orders credited: credited_ppb / 10^9.
-- column gross_minor: Share of gross of the orders credited.
-- column discount_minor: Share of their discount.
-- column refund_minor: Share of their refund; refunds without an order are unattributed.
-- column net_minor: gross - discount - refund.
-- column ad_spend_minor: What the ads cost in the same month, with or without orders; all of it is on `meta_ads` at channel level.
-- column impressions: Impressions of the ads.
-- column clicks: Clicks on the ads.
-- column roas: net / ad spend; null without spend, or where orders and ads are in several currencies.
-- column cpa_minor: Ad spend / orders credited, rounded half away from zero; null without credit or spend, or in several currencies.
-- check fail not_null: shop_id, month_on, model, level, level_id, level_name, currency, credited_ppb, ad_spend_minor
with total as (
    select
        daily.shop_id, scope.month_on, daily.model, daily.attribution_window, daily.level, daily.level_id,
        max(daily.level_name) as level_name, daily.currency,
        count(*) over (
            partition by daily.shop_id, scope.month_on, daily.model, daily.attribution_window, daily.level, daily.level_id
        ) as currencies,
        cast(sum(daily.credited_ppb) as bigint) as credited_ppb,
        cast(sum(daily.gross_minor) as bigint) as gross_minor,
        cast(sum(daily.discount_minor) as bigint) as discount_minor,
        cast(sum(daily.refund_minor) as bigint) as refund_minor,
        cast(sum(daily.ad_spend_minor) as bigint) as ad_spend_minor,
        cast(sum(daily.impressions) as bigint) as impressions,
        cast(sum(daily.clicks) as bigint) as clicks,
        2 * cast(sum(daily.ad_spend_minor) as decimal(28, 0)) * 1000000000 + cast(sum(daily.credited_ppb) as bigint) as cost_product
    from reports.attribution_daily as daily
    join scope_month as scope
        on scope.shop_id = daily.shop_id and scope.month_on = cast(date_trunc('month', daily.day_on) as date)
    group by
        daily.shop_id, scope.month_on, daily.model, daily.attribution_window, daily.level, daily.level_id, daily.currency
)

select
    shop_id, month_on, model, attribution_window, level, level_id, level_name, currency,
    credited_ppb, credited_ppb / 1e9 as credited_orders,
    gross_minor, discount_minor, refund_minor,
    gross_minor - discount_minor - refund_minor as net_minor,
    ad_spend_minor, impressions, clicks,
    case when currencies = 1 then
        cast(gross_minor - discount_minor - refund_minor as double) / nullif(ad_spend_minor, 0)
    end as roas,
    case when currencies = 1 and credited_ppb > 0 and ad_spend_minor <> 0 then
        cast((cost_product - mod(cost_product, 2 * credited_ppb)) / (2 * credited_ppb) as bigint)
    end as cpa_minor
from total
