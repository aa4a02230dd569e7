-- description: One row per order line with its exact share of the order's discount, tax and refund.
-- grain: shop_id, order_key, line_key
-- partition: order order_key
-- input staging.orders: order order_key
-- input staging.order_line_chosen: order order_key
-- as_of: none
-- column discount_minor: The line's own plus its share, by gross, of what the order has beyond its lines.
-- column refund_minor: As the discount; of a wholly refunded order, all that the line brought.
-- column category: Code of the product's category; '' where nobody tells it.
-- check fail not_null: shop_id, order_key, line_key, ordered_on, product_id, category, currency
-- check fail adds_up_to_the_order: select o.order_key from staging.orders as o join fresh as f on f.shop_id = o.shop_id and f.order_key = o.order_key group by o.shop_id, o.order_key, o.gross_minor, o.discount_minor, o.tax_minor, o.refund_minor having sum(f.gross_minor) <> o.gross_minor or sum(f.discount_minor) <> o.discount_minor or sum(f.tax_minor) <> o.tax_minor or sum(f.refund_minor) <> o.refund_minor
with line as (
    select
        told.shop_id, told.order_key, told.line_key, told.place, told.product_id, told.title, told.category, told.quantity,
        told.gross_minor, told.discount_minor, told.tax_minor, told.refund_minor,
        orders.ordered_on, orders.ordered_at, orders.person_key, orders.currency,
        orders.refund_minor <> 0 and orders.refund_minor = orders.gross_minor - orders.discount_minor as is_refunded,
        orders.discount_minor - sum(told.discount_minor) over this_order as more_discount,
        orders.tax_minor - sum(told.tax_minor) over this_order as more_tax,
        orders.refund_minor - sum(told.refund_minor) over this_order as more_refund,
        cast(sum(told.gross_minor) over this_order as bigint) as order_gross,
        count(*) over this_order as lines
    from staging.order_line_chosen as told
    join staging.orders as orders on orders.shop_id = told.shop_id and orders.order_key = told.order_key
    join scope_order as scope on scope.shop_id = told.shop_id and scope.order_key = told.order_key
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
),

allocated as (
    select
        line.shop_id, line.order_key, line.line_key, line.ordered_on, line.ordered_at, line.person_key,
        line.product_id, line.title, line.category, line.quantity, line.currency, line.is_refunded,
        line.gross_minor, line.discount_minor, line.tax_minor, line.refund_minor,
        case when line.place < line.lines then share.discount
            else line.more_discount - sum(share.discount) over this_order + share.discount end as discount_share,
        case when line.place < line.lines then share.tax
            else line.more_tax - sum(share.tax) over this_order + share.tax end as tax_share,
        case when line.place < line.lines then share.refund
            else line.more_refund - sum(share.refund) over this_order + share.refund end as refund_share
    from line
    join share using (shop_id, order_key, line_key)
    window this_order as (partition by line.shop_id, line.order_key)
)

select
    shop_id, order_key, line_key, ordered_on, ordered_at, person_key, product_id, title, category, quantity, currency,
    gross_minor,
    cast(discount_minor + discount_share as bigint) as discount_minor,
    cast(tax_minor + tax_share as bigint) as tax_minor,
    cast(case
        when is_refunded then gross_minor - discount_minor - discount_share
        else refund_minor + refund_share
    end as bigint) as refund_minor
from allocated
