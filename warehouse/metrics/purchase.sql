-- description: One row per order, product of it and identifier of its buyer.
-- grain: shop_id, order_key, person_key, product_id
-- partition: order order_key
-- input staging.order_line: order order_key
-- input staging.person_order: order order_key
-- as_of: none
-- column person_key: Identifier of the order's person as of the order.
-- column product_id: Product; '' where none is told.
-- check fail not_null: shop_id, order_key, person_key, product_id, category, ordered_s, ordered_on
-- The rules are enough: a row is made of one order's lines and of those who own it, and both name the order.
select
    owned.shop_id,
    owned.order_key,
    owned.person_key,
    line.product_id,
    max(line.category) as category,
    owned.ordered_s,
    owned.ordered_on
from staging.person_order as owned
join scope_order as scope on scope.shop_id = owned.shop_id and scope.order_key = owned.order_key
join staging.order_line as line on line.shop_id = owned.shop_id and line.order_key = owned.order_key
group by owned.shop_id, owned.order_key, owned.person_key, line.product_id, owned.ordered_s, owned.ordered_on
