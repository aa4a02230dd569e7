-- description: Orders, money and ad spend by what brought them, on the local day of the order.
-- grain: shop_id, day_on, model, attribution_window, level, level_id, currency
-- partition: day day_on
-- input attribution.ad_daily: day day_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day of the orders, and the ad account's date of the spend.
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
-- column ad_spend_minor: What the ads cost in the same day, with or without orders; all of it is on `meta_ads` at channel level.
-- column impressions: Impressions of the ads.
-- column clicks: Clicks on the ads.
-- column roas: net / ad spend; null without spend, or where orders and ads are in several currencies.
-- column cpa_minor: Ad spend / orders credited, rounded half away from zero; null without credit or spend, or in several currencies.
-- check fail not_null: shop_id, day_on, model, level, level_id, level_name, currency, credited_ppb, ad_spend_minor
-- check fail levels_conserve: select shop_id from (select shop_id, day_on, model, currency, level, sum(credited_ppb) as p, sum(net_minor) as n, sum(ad_spend_minor) as s from fresh group by shop_id, day_on, model, currency, level) group by shop_id, day_on, model, currency having min(p) <> max(p) or min(n) <> max(n) or min(s) <> max(s)
with level as (
    select 'channel' as level
    union all
    select 'campaign' as level
    union all
    select 'adset' as level
    union all
    select 'ad' as level
),

named as (
    select
        ad.shop_id, ad.day_on, ad.model, ad.attribution_window, level.level, ad.currency,
        case level.level
            when 'channel' then ad.channel when 'campaign' then ad.campaign_id
            when 'adset' then ad.adset_id else ad.level_ad_id end as level_id,
        case level.level
            when 'channel' then ad.channel_name when 'campaign' then ad.campaign_name
            when 'adset' then ad.adset_name else ad.ad_name end as level_name,
        ad.credited_ppb, ad.gross_minor, ad.discount_minor, ad.refund_minor, ad.ad_spend_minor, ad.impressions, ad.clicks
    from attribution.ad_daily as ad
    join scope_day as scope on scope.shop_id = ad.shop_id and scope.day_on = ad.day_on
    cross join level
),

total as (
    select
        shop_id, day_on, model, attribution_window, level, level_id, max(level_name) as level_name, currency,
        count(*) over (partition by shop_id, day_on, model, attribution_window, level, level_id) as currencies,
        cast(sum(credited_ppb) as bigint) as credited_ppb,
        cast(sum(gross_minor) as bigint) as gross_minor,
        cast(sum(discount_minor) as bigint) as discount_minor,
        cast(sum(refund_minor) as bigint) as refund_minor,
        cast(sum(ad_spend_minor) as bigint) as ad_spend_minor,
        cast(sum(impressions) as bigint) as impressions,
        cast(sum(clicks) as bigint) as clicks,
        2 * cast(sum(ad_spend_minor) as decimal(28, 0)) * 1000000000 + cast(sum(credited_ppb) as bigint) as cost_product
    from named
    group by shop_id, day_on, model, attribution_window, level, level_id, currency
)

select
    shop_id, day_on, model, attribution_window, level, level_id, level_name, currency,
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
