-- description: One row per amount of an order that its touches share: each line's gross, discount and refund, each refund in the cash view.
-- grain: shop_id, order_key, measure, amount_key
-- partition: order order_key
-- input staging.order_line: order order_key
-- input staging.refund: order order_key
-- as_of: none
-- column measure: gross, discount, refund, reporting_net (of an order in another currency), unconverted (1 for a line without a rate), cash_refund.
-- column amount_key: Line, or refund and what of it.
-- column ordered_on: The order's local day.
-- column counted_on: The same; of cash_refund the refund's own.
-- column amount: Minor units of currency, of reporting_net those of the reporting currency.
-- check fail not_null: shop_id, order_key, measure, amount_key, ordered_on, counted_on, product_id, currency, amount
-- The rules are enough: lines and refunds are an order's own.
with line as (
    select
        line.shop_id, line.order_key, line.line_key, line.ordered_on, line.product_id, line.currency,
        line.gross_minor, line.discount_minor, line.refund_minor,
        line.reporting_gross_minor - line.reporting_discount_minor - line.reporting_refund_minor as reporting_net,
        line.reporting_currency <> line.currency as is_converted
    from staging.order_line as line
    join scope_order as scope on scope.shop_id = line.shop_id and scope.order_key = line.order_key
),

amount as (
    select shop_id, order_key, 'gross' as measure, line_key as amount_key, ordered_on, ordered_on as counted_on, product_id, currency, gross_minor as amount
    from line
    union all
    select shop_id, order_key, 'discount' as measure, line_key as amount_key, ordered_on, ordered_on as counted_on, product_id, currency, discount_minor as amount
    from line
    union all
    select shop_id, order_key, 'refund' as measure, line_key as amount_key, ordered_on, ordered_on as counted_on, product_id, currency, refund_minor as amount
    from line
    union all
    select
        shop_id, order_key, case when reporting_net is null then 'unconverted' else 'reporting_net' end as measure,
        line_key as amount_key, ordered_on, ordered_on as counted_on, product_id, currency, coalesce(reporting_net, 1) as amount
    from line
    where is_converted
    union all
    select
        refund.shop_id, refund.order_key, 'cash_refund' as measure,
        refund.refund_key || ' ' || refund.line_key || ' ' || refund.kind as amount_key,
        refund.counted_on as ordered_on, refund.refunded_on as counted_on, coalesce(refund.product_id, '') as product_id,
        refund.currency, refund.refund_minor as amount
    from staging.refund as refund
    join scope_order as scope on scope.shop_id = refund.shop_id and scope.order_key = refund.order_key
    where refund.is_on_order
)

select
    shop_id, order_key, measure, amount_key, ordered_on, counted_on, product_id, currency, cast(amount as bigint) as amount
from amount
where amount <> 0
