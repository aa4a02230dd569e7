-- description: What customers spent in a shop, by the local day of the order.
-- grain: shop_id, day_on, currency
-- partition: day day_on
-- input staging.orders: day ordered_on
-- input staging.refund: day counted_on
-- input metrics.converted_day: day day_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day on which the orders began; of a refund without an order, its own day.
-- column currency: ISO 4217 code of the money.
-- column orders: Orders, cancelled ones included.
-- column buyers: Identified buyers with an order.
-- column new_buyers: Buyers whose first order ever in the shop is among these.
-- column returning_buyers: Other buyers.
-- column gross_minor: Price times quantity before discount, without tax and shipping.
-- column discount_minor: Discounts.
-- column refund_minor: Refunds and cancelled value of these orders, whenever given, and refunds without an order on their day.
-- column net_minor: gross - discount - refund.
-- column tax_minor: Tax.
-- column shipping_minor: Shipping.
-- column aov_minor: Average order value: (gross - discount) / orders, rounded half away from zero; null without orders.
-- column reporting_currency: ISO 4217 code that the shop's reports convert to.
-- column reporting_gross_minor: gross in the reporting currency at the day's rate, line by line; null without a rate, as the next ones.
-- column reporting_discount_minor: Discounts in the reporting currency.
-- column reporting_refund_minor: Refunds in the reporting currency, at the rate of the day on which they are counted.
-- column reporting_net_minor: reporting gross - discount - refund.
-- check fail not_null: shop_id, day_on, currency, orders, net_minor, reporting_currency
-- check fail net_is_difference: net_minor = gross_minor - discount_minor - refund_minor
-- check fail buyers_add_up: buyers = new_buyers + returning_buyers and new_buyers <= buyers and buyers <= orders
-- The rules are enough: a day's row holds the orders, lines and refunds counted on it; who is new is a column of the order.
with flow as (
    select
        orders.shop_id, orders.ordered_on as day_on, orders.currency, 1 as orders,
        nullif(orders.person_key, '') as person_key,
        case when orders.is_new then nullif(orders.person_key, '') end as new_person_key,
        orders.gross_minor, orders.discount_minor, orders.refund_minor, orders.tax_minor, orders.shipping_minor
    from staging.orders as orders
    join scope_day as scope on scope.shop_id = orders.shop_id and scope.day_on = orders.ordered_on
    union all
    select
        refund.shop_id, refund.counted_on as day_on, refund.currency, 0 as orders,
        null as person_key, null as new_person_key,
        0 as gross_minor, 0 as discount_minor, refund.refund_minor, 0 as tax_minor, 0 as shipping_minor
    from staging.refund as refund
    join scope_day as scope on scope.shop_id = refund.shop_id and scope.day_on = refund.counted_on
    where not refund.is_on_order
),

total as (
    select
        shop_id, day_on, currency,
        cast(sum(orders) as bigint) as orders,
        count(distinct person_key) as buyers,
        count(distinct new_person_key) as new_buyers,
        cast(sum(gross_minor) as bigint) as gross_minor,
        cast(sum(discount_minor) as bigint) as discount_minor,
        cast(sum(refund_minor) as bigint) as refund_minor,
        cast(sum(tax_minor) as bigint) as tax_minor,
        cast(sum(shipping_minor) as bigint) as shipping_minor
    from flow
    group by shop_id, day_on, currency
)

select
    shop_id, day_on, currency, orders, buyers, new_buyers, buyers - new_buyers as returning_buyers,
    gross_minor, discount_minor, refund_minor, gross_minor - discount_minor - refund_minor as net_minor,
    tax_minor, shipping_minor,
    case when orders > 0 then cast(
        sign(gross_minor - discount_minor) * (
            2 * abs(gross_minor - discount_minor) + orders - mod(2 * abs(gross_minor - discount_minor) + orders, 2 * orders)
        ) / (2 * orders)
    as bigint) end as aov_minor,
    reporting_currency, reporting_gross_minor, reporting_discount_minor, reporting_refund_minor,
    reporting_gross_minor - reporting_discount_minor - reporting_refund_minor as reporting_net_minor
from total
left join metrics.converted_day using (shop_id, day_on, currency)
