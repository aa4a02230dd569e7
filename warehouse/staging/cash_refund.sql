-- description: One row per order line and local day on which money of it went back: the cash view of refunds and cancellations.
-- grain: shop_id, order_key, line_key, refunded_on, currency
-- partition: order order_key
-- input staging.orders: order order_key
-- input staging.order_line: order order_key
-- input staging.refund: order order_key
-- input staging.refund_day: order order_key
-- as_of: none
-- column line_key: Line of the order; of a refund without an order, the refund's key.
-- column source: Who tells the order's money; of a refund without an order, who tells the refund.
-- column refund_minor: Refunds that name the line as they were given; of the others, the line's share of each day.
-- check fail not_null: shop_id, order_key, line_key, refunded_on, currency, source, payment_method, category, product_id, refund_minor
-- check fail adds_up_to_the_line: select l.line_key from staging.order_line as l join fresh as f on f.shop_id = l.shop_id and f.order_key = l.order_key and f.line_key = l.line_key and f.is_on_order group by l.shop_id, l.order_key, l.line_key, l.refund_minor having sum(f.refund_minor) <> l.refund_minor
-- The rules are enough: the refunds of an order are shared over its own lines, so what changes one of them changes its order's rows alone.
-- inside, a share by amount is cut toward zero; the last line and the last day take what is left of their day and line
with share as (
    select
        cell.shop_id, cell.order_key, cell.line_key, cell.refunded_on, cell.is_last_line, cell.is_last_day,
        cell.named_minor, cell.line_minor, cell.day_minor, cell.order_minor,
        case when is_last_line or is_last_day then 0 else coalesce(cast((
            cast(line_minor as decimal(28, 0)) * day_minor - mod(cast(line_minor as decimal(28, 0)) * day_minor, nullif(order_minor, 0))
        ) / nullif(order_minor, 0) as bigint), 0) end as inner_minor
    from staging.refund_day as cell
    join scope_order as scope on scope.shop_id = cell.shop_id and scope.order_key = cell.order_key
),

shared as (
    select
        shop_id, order_key, line_key, refunded_on,
        cast(named_minor + case
            when is_last_line and is_last_day
                then line_minor + day_minor - order_minor + sum(inner_minor) over (partition by shop_id, order_key)
            when is_last_day then line_minor - sum(inner_minor) over (partition by shop_id, order_key, line_key)
            when is_last_line then day_minor - sum(inner_minor) over (partition by shop_id, order_key, refunded_on)
            else inner_minor
        end as bigint) as refund_minor
    from share
)

select
    line.shop_id, line.order_key, line.line_key, shared.refunded_on, orders.currency, true as is_on_order,
    orders.source, orders.payment_method, line.category, line.product_id, line.title, shared.refund_minor
from shared
join staging.order_line as line
    on line.shop_id = shared.shop_id and line.order_key = shared.order_key and line.line_key = shared.line_key
join staging.orders as orders on orders.shop_id = shared.shop_id and orders.order_key = shared.order_key
union all
select
    refund.shop_id, refund.order_key, refund.refund_key || ' ' || refund.kind || ' ' || refund.line_key as line_key, refund.refunded_on,
    refund.currency, false as is_on_order, refund.source, '' as payment_method, '' as category,
    refund.product_id, refund.title, refund.refund_minor
from staging.refund as refund
join scope_order as scope on scope.shop_id = refund.shop_id and scope.order_key = refund.order_key
where not refund.is_on_order
