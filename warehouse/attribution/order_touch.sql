-- description: One row per order and click touch of its buyer in the 7 days before it.
-- grain: shop_id, order_key, touch_key
-- partition: person person_key
-- input staging.person_order: person person_key
-- input staging.touch: person person_key
-- as_of: none
-- column person_key: Identifier that was touched; the order's as of the order.
-- check fail not_null: shop_id, order_key, touch_key, touched_at, ordered_at
-- check fail inside_the_window: ordered_s - touched_s between 1 and 604800
select
    owned.shop_id,
    owned.order_key,
    touch.touch_key,
    owned.person_key,
    touch.channel,
    touch.ad_id,
    touch.occurred_at as touched_at,
    touch.occurred_s as touched_s,
    owned.ordered_at,
    owned.ordered_s
from staging.person_order as owned
join scope_person as scope on scope.shop_id = owned.shop_id and scope.person_key = owned.person_key
join staging.touch as touch on touch.shop_id = owned.shop_id and touch.person_key = owned.person_key
where touch.is_click and touch.occurred_s >= owned.ordered_s - 604800 and touch.occurred_s < owned.ordered_s
