-- description: One row per order line, model and credited touch: the money of the line that the touch brought.
-- grain: shop_id, order_key, line_key, model, touch_key
-- partition: order order_key
-- input staging.order_line: order order_key
-- input attribution.order_credit: order order_key
-- as_of: none
-- check fail not_null: shop_id, order_key, line_key, model, touch_key, gross_minor, discount_minor, refund_minor
-- check fail line_is_allocated_once: select f.line_key from fresh as f join staging.order_line as l on l.shop_id = f.shop_id and l.order_key = f.order_key and l.line_key = f.line_key group by f.shop_id, f.order_key, f.line_key, f.model, l.gross_minor, l.discount_minor, l.refund_minor having sum(f.gross_minor) <> l.gross_minor or sum(f.discount_minor) <> l.discount_minor or sum(f.refund_minor) <> l.refund_minor
with product as (
    select
        line.shop_id, line.order_key, line.line_key, line.gross_minor, line.discount_minor, line.refund_minor,
        credit.model, credit.touch_key, credit.attribution_window, credit.ordered_on, credit.currency,
        credit.channel, credit.ad_id, credit.place,
        cast(line.gross_minor as decimal(28, 0)) * credit.credited_ppb as gross_product,
        cast(line.discount_minor as decimal(28, 0)) * credit.credited_ppb as discount_product,
        cast(line.refund_minor as decimal(28, 0)) * credit.credited_ppb as refund_product,
        max(credit.place) over (partition by credit.shop_id, credit.order_key, credit.model) as last_place
    from staging.order_line as line
    join scope_order as scope on scope.shop_id = line.shop_id and scope.order_key = line.order_key
    join attribution.order_credit as credit on credit.shop_id = line.shop_id and credit.order_key = line.order_key
),

share as (
    select
        shop_id, order_key, line_key, model, touch_key, attribution_window, ordered_on, currency, channel, ad_id,
        gross_minor, discount_minor, refund_minor, place = last_place as is_last,
        cast((gross_product - mod(gross_product, 1000000000)) / 1000000000 as bigint) as gross_share,
        cast((discount_product - mod(discount_product, 1000000000)) / 1000000000 as bigint) as discount_share,
        cast((refund_product - mod(refund_product, 1000000000)) / 1000000000 as bigint) as refund_share
    from product
)

select
    shop_id, order_key, line_key, model, touch_key, attribution_window, ordered_on, currency, channel, ad_id,
    cast(case when is_last then gross_minor - sum(gross_share) over this_line + gross_share else gross_share end as bigint)
        as gross_minor,
    cast(case when is_last then discount_minor - sum(discount_share) over this_line + discount_share else discount_share end as bigint)
        as discount_minor,
    cast(case when is_last then refund_minor - sum(refund_share) over this_line + refund_share else refund_share end as bigint)
        as refund_minor
from share
window this_line as (partition by shop_id, order_key, line_key, model)
