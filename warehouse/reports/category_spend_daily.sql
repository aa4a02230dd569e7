-- description: What customers spent on the products of a category, by day: accrual and cash.
-- grain: shop_id, day_on, category, currency
-- partition: day day_on
-- input staging.order_line: day ordered_on
-- input staging.cash_refund: day refunded_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day on which orders began and, in the cash view, refunds were given.
-- column category: Category as a code; '' where nobody tells one.
-- column currency: ISO 4217 code of the money.
-- column orders: Orders with a product of the category.
-- column quantity: Pieces ordered.
-- column gross_minor: Price times quantity before discount, without tax and shipping.
-- column discount_minor: Discounts of the lines and their exact share of order discounts.
-- column refund_minor: Refunds of the lines and their exact share of order refunds; refunds without an order on their own day.
-- column net_minor: gross - discount - refund.
-- column cash_refund_minor: Refunds given and value cancelled on this day, of orders of any age.
-- column cash_net_minor: gross - discount - cash_refund.
-- check fail not_null: shop_id, day_on, category, currency
-- check fail net_is_difference: net_minor = gross_minor - discount_minor - refund_minor
-- check fail cash_net_is_difference: cash_net_minor = gross_minor - discount_minor - cash_refund_minor
-- The rules are enough: a row adds up the lines and refunds of its own day; one that moves dirties the day it left and the day it came to.
with flow as (
    select
        line.shop_id, line.ordered_on as day_on, line.category, line.currency, line.order_key,
        line.quantity, line.gross_minor, line.discount_minor, line.refund_minor, 0 as cash_refund_minor
    from staging.order_line as line
    join scope_day as scope on scope.shop_id = line.shop_id and scope.day_on = line.ordered_on
    union all
    select
        refund.shop_id, refund.refunded_on as day_on, refund.category, refund.currency, null as order_key,
        0 as quantity, 0 as gross_minor, 0 as discount_minor, case when refund.is_on_order then 0 else refund.refund_minor end as refund_minor,
        refund.refund_minor as cash_refund_minor
    from staging.cash_refund as refund
    join scope_day as scope on scope.shop_id = refund.shop_id and scope.day_on = refund.refunded_on
    where refund.refund_minor <> 0
)

select
    shop_id, day_on, category, currency,
    count(distinct order_key) as orders,
    cast(sum(quantity) as bigint) as quantity,
    cast(sum(gross_minor) as bigint) as gross_minor,
    cast(sum(discount_minor) as bigint) as discount_minor,
    cast(sum(refund_minor) as bigint) as refund_minor,
    cast(sum(gross_minor - discount_minor - refund_minor) as bigint) as net_minor,
    cast(sum(cash_refund_minor) as bigint) as cash_refund_minor,
    cast(sum(gross_minor - discount_minor - cash_refund_minor) as bigint) as cash_net_minor
from flow
group by shop_id, day_on, category, currency
