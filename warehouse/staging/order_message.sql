-- description: One row per message of the business that names an order, offers to repeat one aside.
-- grain: shop_id, order_ref, person_key, source, message_key
-- partition: order order_ref
-- input staging.message_status: order order_ref
-- input staging.order_reference: order order_ref
-- as_of: none
-- column order_stage: What it tells of the order: confirmation (a receipt too), shipping or delivery; null where it only names the order.
-- check fail not_null: shop_id, order_ref, person_key, source, message_key, order_key, sent_s, status
-- The rules are enough: a message names its order, and the name that wins is looked up for that name alone.
select
    sent.shop_id, sent.order_ref, sent.person_key, sent.source, sent.message_key,
    coalesce(known.order_key, sent.order_ref) as order_key,
    sent.order_stage,
    sent.sent_at, sent.sent_s, sent.delivered_at, sent.read_at, sent.status
from staging.message_status as sent
join scope_order as scope on scope.shop_id = sent.shop_id and scope.order_key = sent.order_ref
left join staging.order_reference as known on known.shop_id = sent.shop_id and known.order_ref = sent.order_ref
where not sent.offers_reorder
