-- description: One row per refund that lowers net revenue, a cancellation included, on the day it is counted.
-- grain: shop_id, order_key, refund_key, line_key, kind
-- partition: order order_key
-- input staging.refund_told: order order_key
-- input staging.order_telling: order order_key
-- as_of: none
-- column kind: goods, discrepancy, or cancellation (what a cancelled order had left).
-- column is_on_order: Whether it lowers a counted order of its currency; else it stands alone.
-- column counted_on: The order's local day, or its own where it stands alone.
-- check fail not_null: shop_id, order_key, refund_key, line_key, kind, is_on_order, counted_on, currency, refund_minor
with told as (
    select
        refund.shop_id, refund.order_key, refund.refund_key, refund.line_key, refund.kind, refund.is_repeated, refund.occurred_at,
        refund.occurred_on, refund.currency, refund.refund_minor, refund.quantity, refund.product_id, refund.title,
        row_number() over (
            partition by refund.shop_id, refund.order_key, refund.refund_key, refund.line_key, refund.kind
            order by refund.occurred_at desc, refund.row_id desc
        ) as choice
    from staging.refund_told as refund
    join scope_order as scope on scope.shop_id = refund.shop_id and scope.order_key = refund.order_key
),

paid_back as (
    select
        told.shop_id, told.order_key, told.refund_key, told.line_key, told.kind,
        telling.ordered_on is not null as is_on_order,
        coalesce(telling.ordered_on, told.occurred_on) as counted_on,
        told.occurred_at as refunded_at,
        told.occurred_on as refunded_on,
        told.currency, told.refund_minor, told.quantity, told.product_id, told.title
    from told
    left join staging.order_telling as telling
        on telling.shop_id = told.shop_id and telling.order_key = told.order_key and telling.currency = told.currency
    -- web analytics tells a refund again that a shop system or a payment tells: only where neither tells the order it counts
    where told.choice = 1 and (not told.is_repeated or telling.source_rank >= 3)
),

cancelled as (
    select
        telling.shop_id, telling.order_key, telling.ordered_on, telling.cancelled_at, telling.cancelled_on, telling.currency,
        telling.gross_minor - telling.discount_minor - cast(coalesce(sum(paid_back.refund_minor), 0) as bigint) as refund_minor
    from staging.order_telling as telling
    join scope_order as scope on scope.shop_id = telling.shop_id and scope.order_key = telling.order_key
    left join paid_back
        on paid_back.shop_id = telling.shop_id and paid_back.order_key = telling.order_key and paid_back.is_on_order
    where telling.cancelled_at is not null
    group by
        telling.shop_id, telling.order_key, telling.ordered_on, telling.cancelled_at, telling.cancelled_on,
        telling.currency, telling.gross_minor, telling.discount_minor
)

select
    shop_id, order_key, refund_key, line_key, kind, is_on_order, counted_on, refunded_at, refunded_on,
    currency, refund_minor, quantity, product_id, title
from paid_back
union all
select
    shop_id, order_key, 'cancellation' as refund_key, '' as line_key, 'cancellation' as kind, true as is_on_order,
    ordered_on as counted_on, cancelled_at as refunded_at, cancelled_on as refunded_on,
    currency, refund_minor, 0 as quantity, '' as product_id, null as title
from cancelled
where refund_minor > 0
