-- description: One row per line of each told version of an order, as its source last told it.
-- grain: shop_id, order_ref, source, version_key, line_key
-- partition: order order_ref
-- input raw.order_line: order order_ref
-- input staging.order_reference: order order_ref
-- as_of: none
-- column product_id: The source's product id, else the title, else ''.
-- check fail not_null: shop_id, order_ref, order_key, version_key, line_key, product_id
-- The rules are enough: a line is told under one name of an order, and another winning name changes the rows of that name.
with ranked as (
    select
        told.shop_id, told.order_ref, told.source, told.version_key, told.line_key, told.told_at,
        told.product_id, told.title, told.category, told.quantity, told.currency,
        told.gross_minor, told.discount_minor, told.tax_minor, told.shipping_minor,
        row_number() over (
            partition by told.shop_id, told.order_ref, told.source, told.version_key, told.line_key
            order by told.told_at desc, told.row_id desc
        ) as choice
    from raw.order_line as told
    join scope_order as scope on scope.shop_id = told.shop_id and scope.order_key = told.order_ref
)

select
    line.shop_id,
    line.order_ref,
    line.source,
    line.version_key,
    line.line_key,
    coalesce(known.order_key, line.order_ref) as order_key,
    line.told_at,
    coalesce(line.product_id, line.title, '') as product_id,
    line.title,
    line.category,
    line.quantity,
    line.currency,
    line.gross_minor,
    line.discount_minor,
    line.tax_minor,
    line.shipping_minor
from ranked as line
left join staging.order_reference as known on known.shop_id = line.shop_id and known.order_ref = line.order_ref
where line.choice = 1
