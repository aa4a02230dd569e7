-- description: One row per product in a cart that a customer sent.
-- grain: shop_id, order_ref, product_id
-- partition: order order_ref
-- input raw.order_event: order order_ref
-- input staging.order_line_told: order order_ref
-- as_of: none
-- column product_id: Product; '' where the cart tells no lines.
-- check fail not_null: shop_id, order_ref, product_id, person_key, occurred_on
-- The rules are enough: a cart is told by the events and lines of its own order reference.
with ranked as (
    select
        told.shop_id, told.order_ref, told.source, told.version_key, told.person_key,
        told.occurred_at, told.occurred_s, told.occurred_on,
        row_number() over (
            partition by told.shop_id, told.order_ref order by told.told_at desc, told.row_id desc
        ) as choice
    from raw.order_event as told
    join scope_order as scope on scope.shop_id = told.shop_id and scope.order_key = told.order_ref
    where told.state = 'cart'
)

select
    cart.shop_id,
    cart.order_ref,
    coalesce(line.product_id, '') as product_id,
    coalesce(cart.person_key, '') as person_key,
    cart.occurred_at,
    cart.occurred_s,
    cart.occurred_on,
    cast(coalesce(sum(line.quantity), 0) as bigint) as quantity
from ranked as cart
left join staging.order_line_told as line
    on line.shop_id = cart.shop_id and line.order_ref = cart.order_ref
    and line.source = cart.source and line.version_key = cart.version_key
where cart.choice = 1
group by
    cart.shop_id, cart.order_ref, coalesce(line.product_id, ''), coalesce(cart.person_key, ''),
    cart.occurred_at, cart.occurred_s, cart.occurred_on
