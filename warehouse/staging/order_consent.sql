-- description: One row per order whose buyer opted in to messages about it.
-- grain: shop_id, order_ref
-- partition: order order_ref
-- input raw.consent_event: order order_ref
-- input staging.order_reference: order order_ref
-- as_of: none
-- check fail not_null: shop_id, order_ref, order_key
-- The rules are enough: a consent names its order, and the name that wins is looked up for that name alone.
select distinct
    told.shop_id,
    told.order_ref,
    coalesce(known.order_key, told.order_ref) as order_key
from raw.consent_event as told
join scope_order as scope on scope.shop_id = told.shop_id and scope.order_key = told.order_ref
left join staging.order_reference as known on known.shop_id = told.shop_id and known.order_ref = told.order_ref
where told.purpose = 'order_updates' and told.state = 'granted'
