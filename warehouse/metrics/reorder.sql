-- description: One row per re-order: an order of a buyer who had ordered before, or one that a Like confirmed, told as an order or not.
-- grain: shop_id, order_key
-- partition: order order_key
-- input staging.orders: order order_key
-- input staging.reorder_order: order order_key
-- as_of: none
-- column reordered_on: Local day on which the order began; of one that nobody tells, the day of the Like.
-- column is_returning: Whether its buyer had ordered before.
-- column is_like: Whether a Like confirmed it.
-- column gap_s: Seconds since the buyer's latest order before it; null where there is none.
-- check fail not_null: shop_id, order_key, reordered_on, is_returning, is_like
-- The rules are enough: whether a buyer had ordered before is a column of the order, which the person rule of staging.person_order keeps true.
with confirmed as (
    select liked.shop_id, liked.order_key, min(liked.confirmed_on) as confirmed_on
    from staging.reorder_order as liked
    join scope_order as scope on scope.shop_id = liked.shop_id and scope.order_key = liked.order_key
    group by liked.shop_id, liked.order_key
),

told as (
    select
        orders.shop_id, orders.order_key, orders.ordered_on, orders.person_key,
        orders.ordered_s - orders.last_ordered_s as gap_s
    from staging.orders as orders
    join scope_order as scope on scope.shop_id = orders.shop_id and scope.order_key = orders.order_key
)

select
    shop_id, order_key,
    coalesce(told.ordered_on, confirmed.confirmed_on) as reordered_on,
    coalesce(told.person_key, '') as person_key,
    told.gap_s is not null as is_returning,
    confirmed.order_key is not null as is_like,
    told.gap_s
from told
full join confirmed using (shop_id, order_key)
where told.gap_s is not null or confirmed.confirmed_on is not null
