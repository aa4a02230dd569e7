-- description: One row per pair of identifiers that an order links by being told both by a thread and by a shop system.
-- grain: shop_id, order_key, person_key, linked_key
-- partition: order order_key
-- input staging.order_told_by: order order_key
-- as_of: none
-- check fail not_null: shop_id, order_key, person_key, linked_key, linked_at
-- The rule is enough: what an order links are the identifiers told with it.
select
    thread.shop_id,
    thread.order_key,
    thread.person_key,
    customer.person_key as linked_key,
    thread.ordered_at as linked_at
from staging.order_told_by as thread
join scope_order as scope on scope.shop_id = thread.shop_id and scope.order_key = thread.order_key
join staging.order_told_by as customer on customer.shop_id = thread.shop_id and customer.order_key = thread.order_key
where not thread.is_shop_customer and customer.is_shop_customer
