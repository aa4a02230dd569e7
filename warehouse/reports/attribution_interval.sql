-- description: How sure the credit of a channel is: 95 % intervals over the customers who might have come, in the local month of the order.
-- grain: shop_id, month_on, model, attribution_window, channel, currency
-- partition: month month_on
-- input attribution.credit_bound: month month_on
-- input attribution.credit_spread: month month_on
-- input reports.attribution: month month_on
-- as_of: none
-- column shop_id: Shop.
-- column month_on: First day of the local month of the orders.
-- column model: Attribution model; fitted models keep the effects fitted to the month, so the interval leaves out what another fit would change.
-- column attribution_window: Look-back of a touch before the order.
-- column channel: Channel with credit; what is unattributed has no interval.
-- column currency: ISO 4217 code of the money.
-- column customers: Customers with the channel in a path; each order without a known buyer counts as one.
-- column basis: bootstrap of up to 1,000 customers, closed_form (the normal limit of the same bootstrap) above.
-- column credited_ppb: Orders credited, in parts per billion of an order, as in `attribution`.
-- column credited_orders: Orders credited: credited_ppb / 10^9.
-- column credited_orders_low: Lower end of the interval; with fewer than about 20 customers intervals are too narrow.
-- column credited_orders_high: Upper end of the interval.
-- column net_minor: Net revenue credited, as in `attribution`.
-- column net_low_minor: Lower end of the interval.
-- column net_high_minor: Upper end of the interval.
-- column roas: Net / ad spend, as in `attribution`; null without spend.
-- column roas_low: Lower end of the interval, the ad spend being known; null where orders and ads are in several currencies.
-- column roas_high: Upper end of the interval.
-- column cpa_minor: Ad spend / orders credited, as in `attribution`.
-- column cpa_low_minor: Lower end of the interval, cut to the minor unit: ad spend by most orders.
-- column cpa_high_minor: Upper end of the interval; null where the fewest orders are none.
-- check fail not_null: shop_id, month_on, model, attribution_window, channel, currency, customers, basis, credited_ppb, credited_orders_low
-- The rules are enough: a row is about one month, and all inputs carry that month.
with credit as (
    select
        told.shop_id, told.month_on, told.model, told.attribution_window, told.level_id as channel, told.currency,
        told.credited_ppb, told.credited_orders, told.net_minor, told.ad_spend_minor, told.roas, told.cpa_minor,
        -- a ROAS over several currencies is no quotient of this row
        told.roas = cast(told.net_minor as double) / nullif(told.ad_spend_minor, 0) as is_one_currency,
        cast(told.ad_spend_minor as decimal(28, 0)) * 1000000000 as cost_product
    from reports.attribution as told
    join scope_month as scope on scope.shop_id = told.shop_id and scope.month_on = told.month_on
    where told.level = 'channel'
),

bound as (
    select
        shop_id, month_on, model, attribution_window, channel, currency, 'bootstrap' as basis, customers,
        credited_low_ppb, credited_high_ppb, net_low_minor, net_high_minor
    from attribution.credit_bound
    union all
    select
        shop_id, month_on, model, attribution_window, channel, currency, 'closed_form' as basis, customers,
        credited_low_ppb, credited_high_ppb, net_low_minor, net_high_minor
    from attribution.credit_spread
)

select
    credit.shop_id, credit.month_on, credit.model, credit.attribution_window, credit.channel, credit.currency,
    bound.customers, bound.basis,
    credit.credited_ppb, credit.credited_orders,
    bound.credited_low_ppb / 1e9 as credited_orders_low,
    bound.credited_high_ppb / 1e9 as credited_orders_high,
    credit.net_minor, bound.net_low_minor, bound.net_high_minor,
    credit.roas,
    case when credit.is_one_currency then cast(bound.net_low_minor as double) / nullif(credit.ad_spend_minor, 0) end as roas_low,
    case when credit.is_one_currency then cast(bound.net_high_minor as double) / nullif(credit.ad_spend_minor, 0) end as roas_high,
    credit.cpa_minor,
    case when credit.cpa_minor is not null then cast(
        (credit.cost_product - mod(credit.cost_product, nullif(bound.credited_high_ppb, 0))) / nullif(bound.credited_high_ppb, 0) as bigint
    ) end as cpa_low_minor,
    case when credit.cpa_minor is not null then cast(
        (credit.cost_product - mod(credit.cost_product, nullif(bound.credited_low_ppb, 0))) / nullif(bound.credited_low_ppb, 0) as bigint
    ) end as cpa_high_minor
from credit
join bound
    using (shop_id, month_on, model, attribution_window, channel, currency)
