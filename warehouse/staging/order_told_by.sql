-- description: One row per order and identifier of its buyer that a telling of it names.
-- grain: shop_id, order_key, person_key
-- partition: order order_key
-- input staging.order_event: order order_key
-- input staging.order_telling: order order_key
-- as_of: none
-- column is_shop_customer: Whether a shop system names it; else a thread does.
-- check fail not_null: shop_id, order_key, person_key, ordered_at, ordered_s, ordered_on
-- The rules are enough: who is told with an order is told of it alone.
select
    event.shop_id,
    event.order_key,
    event.person_key,
    min(event.source_rank) = 1 as is_shop_customer,
    telling.ordered_at,
    telling.ordered_s,
    telling.ordered_on,
    telling.paid_s,
    telling.delivered_s
from staging.order_event as event
join scope_order as scope on scope.shop_id = event.shop_id and scope.order_key = event.order_key
join staging.order_telling as telling on telling.shop_id = event.shop_id and telling.order_key = event.order_key
where event.person_key is not null
group by
    event.shop_id, event.order_key, event.person_key,
    telling.ordered_at, telling.ordered_s, telling.ordered_on, telling.paid_s, telling.delivered_s
