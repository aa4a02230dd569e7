-- description: One row per line of the version that the order's money was told with, plus a balancing line where they differ.
-- grain: shop_id, order_key, line_key
-- partition: order order_key
-- input staging.order_telling: order order_key
-- input staging.order_line_told: order order_key
-- input staging.refund_counted: order order_key
-- input staging.order_category: order order_key
-- as_of: none
-- column line_key: Line as its source names it; 'remainder' balances lines that do not add up to the order.
-- column refund_minor: Refunds that name this line.
-- column category: As told with the line, else as another telling of the order names it for the product; '' where none does.
-- column place: Position in the order; the last line takes the remainders of what is allocated.
-- check fail not_null: shop_id, order_key, line_key, product_id, category, quantity, gross_minor, discount_minor, tax_minor, refund_minor
-- The rules are enough: tellings, lines, refunds and categories are compared within one order.
with told as (
    select
        orders.shop_id, orders.order_key, line.line_key, line.product_id, line.title, line.category, line.quantity,
        line.gross_minor, line.discount_minor, line.tax_minor
    from staging.order_telling as orders
    join scope_order as scope on scope.shop_id = orders.shop_id and scope.order_key = orders.order_key
    join staging.order_line_told as line
        on line.shop_id = orders.shop_id and line.order_key = orders.order_key and line.order_ref = orders.order_ref
        and line.source = orders.source and line.version_key = orders.version_key
),

remainder as (
    select
        orders.shop_id, orders.order_key,
        orders.gross_minor - cast(coalesce(sum(told.gross_minor), 0) as bigint) as gross_minor,
        count(told.line_key) as lines
    from staging.order_telling as orders
    join scope_order as scope on scope.shop_id = orders.shop_id and scope.order_key = orders.order_key
    left join told on told.shop_id = orders.shop_id and told.order_key = orders.order_key
    group by orders.shop_id, orders.order_key, orders.gross_minor
),

line as (
    select shop_id, order_key, line_key, product_id, title, category, quantity, gross_minor, discount_minor, tax_minor
    from told
    union all
    select
        shop_id, order_key, 'remainder' as line_key, '' as product_id, null as title, null as category, 0 as quantity,
        gross_minor, 0 as discount_minor, 0 as tax_minor
    from remainder
    where gross_minor <> 0 or lines = 0
),

refunded as (
    select refund.shop_id, refund.order_key, refund.line_key, cast(sum(refund.refund_minor) as bigint) as refund_minor
    from staging.refund_counted as refund
    join scope_order as scope on scope.shop_id = refund.shop_id and scope.order_key = refund.order_key
    where refund.is_on_order and refund.kind = 'goods'
    group by refund.shop_id, refund.order_key, refund.line_key
)

select
    line.shop_id,
    line.order_key,
    line.line_key,
    line.product_id,
    line.title,
    coalesce(line.category, filed.category, '') as category,
    line.quantity,
    line.gross_minor,
    line.discount_minor,
    line.tax_minor,
    coalesce(refunded.refund_minor, 0) as refund_minor,
    row_number() over (partition by line.shop_id, line.order_key order by line.line_key) as place
from line
left join refunded
    on refunded.shop_id = line.shop_id and refunded.order_key = line.order_key and refunded.line_key = line.line_key
left join staging.order_category as filed
    on filed.shop_id = line.shop_id and filed.order_key = line.order_key and filed.product_id = line.product_id
