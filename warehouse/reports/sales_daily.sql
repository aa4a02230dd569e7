-- description: What customers spent by who tells the order and how it was paid, by day: accrual and cash.
-- grain: shop_id, day_on, source, payment_method, currency
-- partition: day day_on
-- input staging.orders: day ordered_on
-- input staging.cash_refund: day refunded_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day on which orders began and, in the cash view, refunds were given.
-- column source: Who tells the order's money; of a refund without an order, who tells the refund.
-- column payment_method: How it was paid, as a code; '' where nobody tells it.
-- column currency: ISO 4217 code of the money.
-- column orders: Orders, cancelled ones included.
-- column gross_minor: Price times quantity before discount, without tax and shipping.
-- column discount_minor: Discounts.
-- column refund_minor: Refunds and cancelled value of these orders, whenever given, and refunds without an order on their day.
-- column net_minor: gross - discount - refund.
-- column cash_refund_minor: Refunds given and value cancelled on this day, of orders of any age.
-- column cash_net_minor: gross - discount - cash_refund.
-- column tax_minor: Tax.
-- column shipping_minor: Shipping.
-- check fail not_null: shop_id, day_on, source, payment_method, currency, orders, net_minor, cash_net_minor
-- check fail net_is_difference: net_minor = gross_minor - discount_minor - refund_minor
-- check fail cash_net_is_difference: cash_net_minor = gross_minor - discount_minor - cash_refund_minor
-- The rules are enough: a row adds up the orders and refunds of its own day; one that moves dirties the day it left and the day it came to.
with flow as (
    select
        orders.shop_id, orders.ordered_on as day_on, orders.source, orders.payment_method, orders.currency, 1 as orders,
        orders.gross_minor, orders.discount_minor, orders.refund_minor, 0 as cash_refund_minor,
        orders.tax_minor, orders.shipping_minor
    from staging.orders as orders
    join scope_day as scope on scope.shop_id = orders.shop_id and scope.day_on = orders.ordered_on
    union all
    select
        refund.shop_id, refund.refunded_on as day_on, refund.source, refund.payment_method, refund.currency, 0 as orders,
        0 as gross_minor, 0 as discount_minor, case when refund.is_on_order then 0 else refund.refund_minor end as refund_minor,
        refund.refund_minor as cash_refund_minor, 0 as tax_minor, 0 as shipping_minor
    from staging.cash_refund as refund
    join scope_day as scope on scope.shop_id = refund.shop_id and scope.day_on = refund.refunded_on
    where refund.refund_minor <> 0
)

select
    shop_id, day_on, source, payment_method, currency,
    cast(sum(orders) as bigint) as orders,
    cast(sum(gross_minor) as bigint) as gross_minor,
    cast(sum(discount_minor) as bigint) as discount_minor,
    cast(sum(refund_minor) as bigint) as refund_minor,
    cast(sum(gross_minor - discount_minor - refund_minor) as bigint) as net_minor,
    cast(sum(cash_refund_minor) as bigint) as cash_refund_minor,
    cast(sum(gross_minor - discount_minor - cash_refund_minor) as bigint) as cash_net_minor,
    cast(sum(tax_minor) as bigint) as tax_minor,
    cast(sum(shipping_minor) as bigint) as shipping_minor
from flow
group by shop_id, day_on, source, payment_method, currency
