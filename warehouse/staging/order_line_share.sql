-- description: One row per order line with its exact share of the order's discount, tax and refund.
-- grain: shop_id, order_key, line_key
-- partition: order order_key
-- input staging.order_telling: order order_key
-- input staging.refund_counted: order order_key
-- input staging.order_line_chosen: order order_key
-- as_of: none
-- column discount_minor: The line's own plus its share, by gross, of what the order has beyond its lines.
-- column refund_minor: As the discount; of a wholly refunded order, all that the line brought.
-- check fail not_null: shop_id, order_key, line_key, product_id, gross_minor, discount_minor, tax_minor, refund_minor
-- check fail adds_up_to_the_order: select o.order_key from staging.order_telling as o join fresh as f on f.shop_id = o.shop_id and f.order_key = o.order_key group by o.shop_id, o.order_key, o.gross_minor, o.discount_minor, o.tax_minor having sum(f.gross_minor) <> o.gross_minor or sum(f.discount_minor) <> o.discount_minor or sum(f.tax_minor) <> o.tax_minor
-- check fail refunds_are_shared: select f.order_key from (select shop_id, order_key, sum(refund_minor) as refund_minor from fresh group by shop_id, order_key) as f left join (select shop_id, order_key, sum(refund_minor) as refund_minor from staging.refund_counted where is_on_order group by shop_id, order_key) as r on r.shop_id = f.shop_id and r.order_key = f.order_key where f.refund_minor <> coalesce(r.refund_minor, 0)
-- The rules are enough: an order's money is shared among its own lines.
with orders as (
    select
        telling.shop_id, telling.order_key, telling.gross_minor, telling.discount_minor, telling.tax_minor,
        cast(coalesce(sum(refund.refund_minor), 0) as bigint) as refund_minor
    from staging.order_telling as telling
    join scope_order as scope on scope.shop_id = telling.shop_id and scope.order_key = telling.order_key
    left join staging.refund_counted as refund
        on refund.shop_id = telling.shop_id and refund.order_key = telling.order_key and refund.is_on_order
    group by telling.shop_id, telling.order_key, telling.gross_minor, telling.discount_minor, telling.tax_minor
),

line as (
    select
        told.shop_id, told.order_key, told.line_key, told.place, told.product_id, told.title, told.quantity,
        told.gross_minor, told.discount_minor, told.tax_minor, told.refund_minor,
        orders.refund_minor <> 0 and orders.refund_minor = orders.gross_minor - orders.discount_minor as is_refunded,
        orders.discount_minor - sum(told.discount_minor) over this_order as more_discount,
        orders.tax_minor - sum(told.tax_minor) over this_order as more_tax,
        orders.refund_minor - sum(told.refund_minor) over this_order as more_refund,
        cast(sum(told.gross_minor) over this_order as bigint) as order_gross,
        count(*) over this_order as lines
    from staging.order_line_chosen as told
    join orders on orders.shop_id = told.shop_id and orders.order_key = told.order_key
    window this_order as (partition by told.shop_id, told.order_key)
),

product as (
    select
        shop_id, order_key, line_key, nullif(order_gross, 0) as order_gross,
        cast(more_discount as decimal(28, 0)) * gross_minor as discount_product,
        cast(more_tax as decimal(28, 0)) * gross_minor as tax_product,
        cast(more_refund as decimal(28, 0)) * gross_minor as refund_product
    from line
),

share as (
    select
        shop_id, order_key, line_key,
        coalesce(cast((discount_product - mod(discount_product, order_gross)) / order_gross as bigint), 0) as discount,
        coalesce(cast((tax_product - mod(tax_product, order_gross)) / order_gross as bigint), 0) as tax,
        coalesce(cast((refund_product - mod(refund_product, order_gross)) / order_gross as bigint), 0) as refund
    from product
)

select
    line.shop_id, line.order_key, line.line_key, line.product_id, line.title, line.quantity, line.gross_minor,
    cast(case when line.place < line.lines then line.discount_minor + share.discount
        else line.discount_minor + line.more_discount - sum(share.discount) over this_order + share.discount end as bigint) as discount_minor,
    cast(case when line.place < line.lines then line.tax_minor + share.tax
        else line.tax_minor + line.more_tax - sum(share.tax) over this_order + share.tax end as bigint) as tax_minor,
    cast(case when line.is_refunded then line.gross_minor - line.discount_minor - case when line.place < line.lines then share.discount
            else line.more_discount - sum(share.discount) over this_order + share.discount end
        when line.place < line.lines then line.refund_minor + share.refund
        else line.refund_minor + line.more_refund - sum(share.refund) over this_order + share.refund end as bigint) as refund_minor
from line
join share using (shop_id, order_key, line_key)
window this_order as (partition by line.shop_id, line.order_key)
