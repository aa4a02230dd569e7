-- description: One row per name of an order that a customer confirmed again by the Like thumb, with the order it names.
-- grain: shop_id, order_ref
-- partition: order order_ref
-- input staging.reorder: order order_ref
-- input staging.order_reference: order order_ref
-- as_of: none
-- check fail not_null: shop_id, order_ref, order_key, confirmed_on
-- The rules are enough: a name's row is made of the Likes and the reference that bear the name; where it names another order, both are dirtied.
select
    confirmed.shop_id,
    confirmed.order_ref,
    coalesce(known.order_key, confirmed.order_ref) as order_key,
    min(confirmed.confirmed_on) as confirmed_on
from staging.reorder as confirmed
join scope_order as scope on scope.shop_id = confirmed.shop_id and scope.order_key = confirmed.order_ref
left join staging.order_reference as known on known.shop_id = confirmed.shop_id and known.order_ref = confirmed.order_ref
group by confirmed.shop_id, confirmed.order_ref, known.order_key
