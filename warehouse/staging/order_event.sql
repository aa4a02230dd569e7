-- description: One row per told state of an order, under the name of the order that wins.
-- grain: shop_id, row_id
-- partition: order order_ref
-- input raw.order_event: order order_ref
-- input staging.order_reference: order order_ref
-- as_of: none
-- column source_rank: 1 a shop system, 2 a marketplace or a payment in a thread, 3 a thread, 4 web analytics, 5 events sent to an ad platform; the smallest tells the money.
-- check fail not_null: shop_id, row_id, order_key, order_ref
-- The rules are enough: an event is told under one name of an order, and another winning name changes the rows of that name.
select
    told.shop_id,
    told.row_id,
    told.order_ref,
    coalesce(known.order_key, told.order_ref) as order_key,
    told.source,
    case
        when told.source in ('messenger', 'instagram') then 3
        when told.source in ('whatsapp', 'meta_commerce', 'shopify_pixel') then 2
        when told.source = 'ga4' then 4
        when told.source = 'conversions_api' then 5
        else 1
    end as source_rank,
    told.state,
    told.person_key,
    told.occurred_at,
    told.occurred_s,
    told.occurred_on,
    told.told_at,
    told.told_s,
    told.currency,
    told.gross_minor,
    told.discount_minor,
    told.tax_minor,
    told.shipping_minor,
    told.version_key,
    told.payment_method
from raw.order_event as told
join scope_order as scope on scope.shop_id = told.shop_id and scope.order_key = told.order_ref
left join staging.order_reference as known on known.shop_id = told.shop_id and known.order_ref = told.order_ref
