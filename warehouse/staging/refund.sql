-- description: One row per refund that lowers net revenue, a cancellation included, on the day it is counted.
-- grain: shop_id, order_key, refund_key, line_key, kind
-- partition: order order_key
-- input staging.refund_chosen: order order_key
-- input staging.order_telling: order order_key
-- as_of: none
-- column kind: goods, discrepancy, total (of unknown parts), or cancellation (what a cancelled order had left).
-- column is_on_order: Whether it lowers a counted order of its currency; else it stands alone.
-- column counted_on: The order's local day, or its own where it stands alone.
-- column source: Who tells it; of a cancellation, who tells the order's money.
-- column refund_minor: A total may hold tax and shipping: it takes at most what the goods of its order have left.
-- check fail not_null: shop_id, order_key, refund_key, line_key, kind, is_on_order, counted_on, source, currency, refund_minor
with told as (
    select
        refund.shop_id, refund.order_key, refund.refund_key, refund.line_key, refund.kind,
        telling.ordered_on is not null as is_on_order,
        coalesce(telling.ordered_on, refund.refunded_on) as counted_on,
        refund.refunded_at, refund.refunded_on, refund.source, refund.currency, refund.quantity, refund.product_id, refund.title,
        refund.refund_minor,
        telling.gross_minor - telling.discount_minor as worth_minor
    from staging.refund_chosen as refund
    join scope_order as scope on scope.shop_id = refund.shop_id and scope.order_key = refund.order_key
    left join staging.order_telling as telling
        on telling.shop_id = refund.shop_id and telling.order_key = refund.order_key and telling.currency = refund.currency
    -- web analytics repeats a refund that a shop system or a payment tells: it counts only where neither tells the order
    where refund.source_rank < 4 or telling.source_rank >= 3
),

left_for_it as (
    select
        shop_id, order_key, refund_key, line_key, kind, is_on_order, counted_on, refunded_at, refunded_on,
        source, currency, quantity, product_id, title, refund_minor,
        worth_minor - sum(case when kind = 'total' then 0 else refund_minor end) over (
            partition by shop_id, order_key, is_on_order
        ) - sum(case when kind = 'total' then refund_minor else 0 end) over (
            partition by shop_id, order_key, is_on_order order by refunded_at, refund_key, line_key, kind
        ) + refund_minor as left_minor
    from told
),

paid_back as (
    select
        shop_id, order_key, refund_key, line_key, kind, is_on_order, counted_on, refunded_at, refunded_on,
        source, currency, quantity, product_id, title,
        cast(case when kind = 'total' and is_on_order and left_minor < refund_minor then left_minor else refund_minor end as bigint)
            as refund_minor
    from left_for_it
    where kind <> 'total' or not is_on_order or left_minor > 0
),

cancelled as (
    select
        telling.shop_id, telling.order_key, telling.ordered_on, telling.cancelled_at, telling.cancelled_on,
        telling.source, telling.currency,
        telling.gross_minor - telling.discount_minor - cast(coalesce(sum(paid_back.refund_minor), 0) as bigint) as refund_minor
    from staging.order_telling as telling
    join scope_order as scope on scope.shop_id = telling.shop_id and scope.order_key = telling.order_key
    left join paid_back
        on paid_back.shop_id = telling.shop_id and paid_back.order_key = telling.order_key and paid_back.is_on_order
    where telling.cancelled_at is not null
    group by
        telling.shop_id, telling.order_key, telling.ordered_on, telling.cancelled_at, telling.cancelled_on,
        telling.source, telling.currency, telling.gross_minor, telling.discount_minor
)

select
    shop_id, order_key, refund_key, line_key, kind, is_on_order, counted_on, refunded_at, refunded_on,
    source, currency, refund_minor, quantity, product_id, title
from paid_back
union all
select
    shop_id, order_key, 'cancellation' as refund_key, '' as line_key, 'cancellation' as kind, true as is_on_order,
    ordered_on as counted_on, cancelled_at as refunded_at, cancelled_on as refunded_on,
    source, currency, refund_minor, 0 as quantity, '' as product_id, null as title
from cancelled
where refund_minor > 0
