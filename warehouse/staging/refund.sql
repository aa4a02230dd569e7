-- description: One row per refund that lowers net revenue, a cancellation included, with what it is in the reporting currency on its own day.
-- grain: shop_id, order_key, refund_key, line_key, kind
-- partition: order order_key
-- input staging.refund_counted: order order_key
-- input staging.fx_daily: stored refunded_on day_on
-- as_of: none
-- column kind: goods, discrepancy, total (of unknown parts), or cancellation (what a cancelled order had left).
-- column is_on_order: Whether it lowers a counted order of its currency; else it stands alone.
-- column counted_on: The order's local day, or its own where it stands alone.
-- column refund_minor: A total may hold tax and shipping: it takes at most what the goods of its order have left.
-- column reporting_refund_minor: At the rate of the refund's own day (cash view); null without a rate.
-- check fail not_null: shop_id, order_key, refund_key, line_key, kind, is_on_order, counted_on, currency, refund_minor, reporting_currency
-- The rules are enough: a refund changes with its order's; a rate of a day changes the stored refunds made on it, and others are dirty by themselves.
with refund as (
    select
        counted.shop_id, counted.order_key, counted.refund_key, counted.line_key, counted.kind, counted.is_on_order,
        counted.counted_on, counted.refunded_at, counted.refunded_on, counted.currency, counted.refund_minor,
        counted.quantity, counted.product_id, counted.title, fx.reporting_currency, 2 * fx.divisor as twice,
        2 * abs(cast(counted.refund_minor as decimal(28, 0))) * fx.multiplier + fx.divisor as product
    from staging.refund_counted as counted
    join scope_order as scope on scope.shop_id = counted.shop_id and scope.order_key = counted.order_key
    left join staging.fx_daily as fx
        on fx.shop_id = counted.shop_id and fx.day_on = counted.refunded_on and fx.currency = counted.currency
)

select
    shop_id, order_key, refund_key, line_key, kind, is_on_order, counted_on, refunded_at, refunded_on,
    currency, refund_minor, quantity, product_id, title, reporting_currency,
    cast(sign(refund_minor) * ((product - mod(product, twice)) / twice) as bigint) as reporting_refund_minor
from refund
