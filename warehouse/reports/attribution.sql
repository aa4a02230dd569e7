-- description: Orders, money and ad spend by what brought them, in the local month of the order.
-- grain: shop_id, month_on, model, attribution_window, level, level_id, currency
-- partition: month month_on
-- input attribution.model_daily: month day_on
-- as_of: none
-- column shop_id: Shop.
-- column month_on: First day of the local month.
-- column model: first_touch, last_touch, last_non_direct, linear, linear_unique, time_decay, position, markov_1 to markov_4, shapley_rate or leave_one_out.
-- column attribution_window: How far back touches count: 1d_click, 7d_click, 28d_click, 1d_view, 1d_ev, or the shop's own.
-- column level: channel, campaign, adset, ad, or product: the one that the touch showed.
-- column level_id: What is credited; else `unattributed` (no touch), `not_modelled`, `no_ad` or `no_product` (a touch without), `unknown` (an ad nobody told of).
-- column level_name: Its name.
-- column currency: ISO 4217 code of the money and of the ad spend in this row.
-- column credited_orders: Orders credited: credited_ppb / 10^9.
-- column gross_minor: Share of gross of the orders credited.
-- column discount_minor: Share of their discount.
-- column refund_minor: Share of their refund, whenever made; refunds without an order are unattributed.
-- column net_minor: gross - discount - refund.
-- column ad_spend_minor: What the ads cost in the same period, with or without orders; all of it is on `meta_ads` at channel level, `no_product` at product level.
-- column roas: net / ad spend, of reporting money where orders and ads are in several currencies; null without spend, or without a rate.
-- column cpa_minor: Ad spend / orders credited, rounded half away from zero; null without credit or spend, or in several currencies.
-- column impressions: Impressions of the ads.
-- column clicks: Clicks on the ads.
-- column conversations: Messaging conversations started, as the ad platform tells; null where it does not.
-- column cost_per_conversation_minor: Ad spend / conversations, rounded half away from zero; null for none, or in several currencies.
-- column claimed_order_count: Orders that the platform claims; null where it does not.
-- column claimed_order_difference: claimed_order_count - credited_orders.
-- column claimed_value_minor: Value that the platform claims for them.
-- column claimed_value_difference_minor: claimed_value - (gross - discount).
-- column new_buyer_ppb: Of credited_ppb, orders of new buyers.
-- column returning_buyer_ppb: Of credited_ppb, orders of returning buyers.
-- column cash_refund_minor: Refunds by their own day, credited as their orders.
-- column cash_net_minor: gross - discount - cash refund.
-- column reporting_currency: ISO 4217 code that the shop reports in.
-- column reporting_net_minor: Net in the reporting currency at the rates of the orders' days; null where a rate is missing.
-- column reporting_ad_spend_minor: Ad spend in it; null where a rate is missing.
-- column credited_ppb: Orders credited, in parts per billion of an order.
-- check fail not_null: shop_id, month_on, model, level, level_id, level_name, currency, credited_ppb, ad_spend_minor
-- The rule is enough: a month is the sum of its days.
with total as (
    select
        daily.shop_id, scope.month_on, daily.model, daily.attribution_window, daily.level, daily.level_id, max(daily.level_name) as level_name,
        daily.currency, max(daily.reporting_currency) as reporting_currency,
        cast(sum(daily.credited_ppb) as bigint) as credited_ppb, cast(sum(daily.gross_minor) as bigint) as gross_minor,
        cast(sum(daily.discount_minor) as bigint) as discount_minor, cast(sum(daily.refund_minor) as bigint) as refund_minor,
        cast(sum(daily.net_minor) as bigint) as net_minor, cast(sum(daily.ad_spend_minor) as bigint) as ad_spend_minor,
        cast(sum(daily.impressions) as bigint) as impressions, cast(sum(daily.clicks) as bigint) as clicks,
        cast(sum(daily.conversations) as bigint) as conversations, cast(sum(daily.claimed_order_count) as bigint) as claimed_order_count,
        cast(sum(daily.claimed_value_minor) as bigint) as claimed_value_minor, cast(sum(daily.new_buyer_ppb) as bigint) as new_buyer_ppb,
        cast(sum(daily.returning_buyer_ppb) as bigint) as returning_buyer_ppb, cast(sum(daily.cash_refund_minor) as bigint) as cash_refund_minor,
        cast(case when count(daily.reporting_net_minor) = count(*) then sum(daily.reporting_net_minor) end as bigint) as reporting_net_minor,
        cast(case when count(daily.reporting_ad_spend_minor) = count(*) then sum(daily.reporting_ad_spend_minor) end as bigint) as reporting_ad_spend_minor,
        count(*) over cell as currencies, sum(sum(daily.reporting_net_minor)) over cell as all_net,
        sum(case when count(daily.reporting_net_minor + daily.reporting_ad_spend_minor) = count(*) then 1 end) over cell as converted,
        sum(sum(daily.reporting_ad_spend_minor)) over cell as all_ad_spend,
        2 * cast(sum(daily.ad_spend_minor) as decimal(28, 0)) * 1000000000 as cost_product
    from attribution.model_daily as daily
    join scope_month as scope on scope.shop_id = daily.shop_id and scope.month_on = cast(date_trunc('month', daily.day_on) as date)
    group by daily.shop_id, scope.month_on, daily.model, daily.attribution_window, daily.level, daily.level_id, daily.currency
    window cell as (partition by daily.shop_id, scope.month_on, daily.model, daily.attribution_window, daily.level, daily.level_id)
)

select
    shop_id, month_on, model, attribution_window, level, level_id, level_name, currency, credited_ppb / 1e9 as credited_orders,
    gross_minor, discount_minor, refund_minor, net_minor, ad_spend_minor,
    case
        when currencies = 1 then cast(net_minor as double) / nullif(ad_spend_minor, 0)
        when converted = currencies then cast(all_net as double) / nullif(all_ad_spend, 0)
    end as roas,
    case when currencies = 1 and credited_ppb > 0 and ad_spend_minor <> 0 then
        cast((cost_product + credited_ppb - mod(cost_product + credited_ppb, 2 * credited_ppb)) / (2 * credited_ppb) as bigint) end as cpa_minor,
    impressions, clicks, conversations,
    case when currencies = 1 and conversations > 0 then
        cast((2 * ad_spend_minor + conversations - mod(2 * ad_spend_minor + conversations, 2 * conversations)) / (2 * conversations) as bigint)
    end as cost_per_conversation_minor,
    claimed_order_count, claimed_order_count - credited_ppb / 1e9 as claimed_order_difference,
    claimed_value_minor, claimed_value_minor - gross_minor + discount_minor as claimed_value_difference_minor,
    new_buyer_ppb, returning_buyer_ppb, cash_refund_minor, gross_minor - discount_minor - cash_refund_minor as cash_net_minor,
    reporting_currency, reporting_net_minor, reporting_ad_spend_minor, credited_ppb
from total
