-- description: What each identified buyer spent since the shop's first day.
-- grain: shop_id, person_key, currency
-- partition: person person_key
-- input staging.orders: person person_key
-- as_of: none
-- column shop_id: Shop.
-- column person_key: Buyer (keyed hash).
-- column currency: ISO 4217 code of the money.
-- column orders: Orders, cancelled ones included.
-- column gross_minor: Price times quantity before discount, without tax and shipping.
-- column discount_minor: Discounts.
-- column refund_minor: Refunds and cancelled value of these orders.
-- column net_minor: gross - discount - refund.
-- column median_order_minor: Median of gross - discount of an order (nearest rank).
-- column p90_order_minor: 90th percentile of the same (nearest rank).
-- column first_on: Local day of the first order.
-- column last_on: Local day of the last order.
-- check fail not_null: shop_id, person_key, currency
-- check fail net_is_difference: net_minor = gross_minor - discount_minor - refund_minor
-- The rule is enough: a row adds up the orders of one buyer; an order whose buyer changes dirties both.
with ranked as (
    select
        orders.shop_id, orders.person_key, orders.currency, orders.ordered_on,
        orders.gross_minor, orders.discount_minor, orders.refund_minor,
        orders.gross_minor - orders.discount_minor as order_minor,
        count(*) over (partition by orders.shop_id, orders.person_key, orders.currency) as orders,
        row_number() over (
            partition by orders.shop_id, orders.person_key, orders.currency
            order by orders.gross_minor - orders.discount_minor, orders.order_key
        ) as place
    from staging.orders as orders
    join scope_person as scope on scope.shop_id = orders.shop_id and scope.person_key = orders.person_key
    where orders.person_key <> ''
)

select
    shop_id, person_key, currency,
    count(*) as orders,
    cast(sum(gross_minor) as bigint) as gross_minor,
    cast(sum(discount_minor) as bigint) as discount_minor,
    cast(sum(refund_minor) as bigint) as refund_minor,
    cast(sum(gross_minor - discount_minor - refund_minor) as bigint) as net_minor,
    max(case when 2 * place = orders + mod(orders, 2) then order_minor end) as median_order_minor,
    max(case when 10 * place between 9 * orders and 9 * orders + 9 then order_minor end) as p90_order_minor,
    min(ordered_on) as first_on,
    max(ordered_on) as last_on
from ranked
group by shop_id, person_key, currency
