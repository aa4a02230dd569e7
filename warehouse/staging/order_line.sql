-- description: One row per order line with its exact share of the order's money, also in the reporting currency.
-- grain: shop_id, order_key, line_key
-- partition: order order_key
-- input staging.order_telling: order order_key
-- input staging.order_line_share: order order_key
-- input staging.order_buyer: order order_key
-- input staging.fx_daily: stored ordered_on day_on
-- as_of: none
-- column discount_minor: The line's own plus its share, by gross, of what the order has beyond its lines.
-- column refund_minor: As the discount; of a wholly refunded order, all that the line brought.
-- column reporting_gross_minor: In the reporting currency at the rate of the order's day, rounded half away from zero; null without a rate.
-- column reporting_discount_minor: reporting_gross less gross - discount converted: what is left is rounded once, whatever was taken off.
-- column reporting_refund_minor: gross - discount converted less net converted; a line that was refunded wholly leaves 0.
-- check fail not_null: shop_id, order_key, line_key, ordered_on, product_id, currency, reporting_currency
-- The rules are enough: a line changes with its order; a rate of a day changes the stored lines of its orders, and others are dirty by themselves.
with line as (
    select
        share.shop_id, share.order_key, share.line_key, telling.ordered_on, telling.ordered_at,
        coalesce(buyer.person_key, '') as person_key,
        share.product_id, share.title, share.quantity, telling.currency,
        share.gross_minor, share.discount_minor, share.tax_minor, share.refund_minor,
        share.gross_minor - share.discount_minor as paid_minor,
        share.gross_minor - share.discount_minor - share.refund_minor as net_minor,
        fx.reporting_currency, fx.multiplier, fx.divisor, 2 * fx.divisor as twice
    from staging.order_line_share as share
    join scope_order as scope on scope.shop_id = share.shop_id and scope.order_key = share.order_key
    join staging.order_telling as telling on telling.shop_id = share.shop_id and telling.order_key = share.order_key
    left join staging.order_buyer as buyer on buyer.shop_id = share.shop_id and buyer.order_key = share.order_key
    left join staging.fx_daily as fx
        on fx.shop_id = telling.shop_id and fx.day_on = telling.ordered_on and fx.currency = telling.currency
),

product as (
    select
        shop_id, order_key, line_key, twice,
        sign(gross_minor) as gross_sign, 2 * abs(cast(gross_minor as decimal(28, 0))) * multiplier + divisor as gross,
        sign(paid_minor) as paid_sign, 2 * abs(cast(paid_minor as decimal(28, 0))) * multiplier + divisor as paid,
        sign(net_minor) as net_sign, 2 * abs(cast(net_minor as decimal(28, 0))) * multiplier + divisor as net
    from line
),

converted as (
    select
        shop_id, order_key, line_key,
        cast(gross_sign * ((gross - mod(gross, twice)) / twice) as bigint) as gross_minor,
        cast(paid_sign * ((paid - mod(paid, twice)) / twice) as bigint) as paid_minor,
        cast(net_sign * ((net - mod(net, twice)) / twice) as bigint) as net_minor
    from product
)

select
    line.shop_id, line.order_key, line.line_key, line.ordered_on, line.ordered_at, line.person_key,
    line.product_id, line.title, line.quantity, line.currency,
    line.gross_minor, line.discount_minor, line.tax_minor, line.refund_minor,
    line.reporting_currency,
    converted.gross_minor as reporting_gross_minor,
    converted.gross_minor - converted.paid_minor as reporting_discount_minor,
    converted.paid_minor - converted.net_minor as reporting_refund_minor
from line
join converted using (shop_id, order_key, line_key)
