-- description: One row per told part of a refund, under the name of the order that wins.
-- grain: shop_id, row_id
-- partition: order order_ref
-- input raw.refund: order order_ref
-- input staging.order_reference: order order_ref
-- as_of: none
-- column order_ref: The order as the source names it, '' where it names none.
-- column order_key: The order; a refund that names none has a key of its own.
-- column source_rank: 1 a shop system, 2 a marketplace or a payment in a thread, 3 a thread, 4 web analytics, 5 events sent to an ad platform; the smallest tells the refunds.
-- column kind: goods, discrepancy, tax, shipping, or total (all of the refund as one sum).
-- check fail not_null: shop_id, row_id, order_ref, order_key
-- The rules are enough: a refund is told under one name of an order, and another winning name changes the rows of that name.
select
    told.shop_id,
    told.row_id,
    coalesce(told.order_ref, '') as order_ref,
    coalesce(known.order_key, told.order_ref, 'refund:' || told.refund_key) as order_key,
    told.source,
    case
        when told.source in ('messenger', 'instagram') then 3
        when told.source in ('whatsapp', 'meta_commerce', 'shopify_pixel') then 2
        when told.source = 'ga4' then 4
        when told.source = 'conversions_api' then 5
        else 1
    end as source_rank,
    told.refund_key,
    told.line_key,
    told.kind,
    told.occurred_at,
    told.occurred_s,
    told.occurred_on,
    told.currency,
    told.refund_minor,
    told.quantity,
    coalesce(told.product_id, told.title, '') as product_id,
    told.title
from raw.refund as told
join scope_order as scope on scope.shop_id = told.shop_id and scope.order_key = coalesce(told.order_ref, '')
left join staging.order_reference as known on known.shop_id = told.shop_id and known.order_ref = told.order_ref
