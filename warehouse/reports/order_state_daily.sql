-- description: How far a shop's orders got, by the local day of the order.
-- grain: shop_id, day_on, state, currency
-- partition: day day_on
-- input staging.orders: day ordered_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day on which the orders began.
-- column state: The furthest that any source tells: created, confirmed, authorised, paid, shipped or delivered; else cancelled.
-- column currency: ISO 4217 code of the money.
-- column orders: Orders of that day in that state, as known now.
-- column gross_minor: Price times quantity before discount, without tax and shipping.
-- column shipping_minor: Shipping.
-- column net_minor: gross - discount - refund; nothing is left of a cancelled order.
-- check fail not_null: shop_id, day_on, state, currency, orders
-- The rule is enough: a row counts the orders of its own day; a state reached later changes its order's row.
select
    orders.shop_id, orders.ordered_on as day_on, orders.state, orders.currency,
    count(*) as orders,
    cast(sum(orders.gross_minor) as bigint) as gross_minor,
    cast(sum(orders.shipping_minor) as bigint) as shipping_minor,
    cast(sum(orders.net_minor) as bigint) as net_minor
from staging.orders as orders
join scope_day as scope on scope.shop_id = orders.shop_id and scope.day_on = orders.ordered_on
group by orders.shop_id, orders.ordered_on, orders.state, orders.currency
