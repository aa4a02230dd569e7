-- description: One row per local day, model, channel and ad: orders and money credited, unattributed ones included.
-- grain: shop_id, day_on, model, attribution_window, channel, ad_id, currency
-- partition: day day_on
-- input attribution.order_credit: day ordered_on
-- input attribution.line_credit: day ordered_on
-- input staging.refund: day counted_on
-- as_of: none
-- column ad_id: Ad, '' where the touch names none.
-- check fail not_null: shop_id, day_on, model, channel, ad_id, currency
with model as (
    select 'first_touch' as model
    union all
    select 'last_touch' as model
    union all
    select 'linear' as model
),

credit as (
    select
        shop_id, ordered_on as day_on, model, attribution_window, channel, ad_id, currency,
        credited_ppb, 0 as gross_minor, 0 as discount_minor, 0 as refund_minor
    from attribution.order_credit
    union all
    select
        shop_id, ordered_on as day_on, model, attribution_window, channel, ad_id, currency,
        0 as credited_ppb, gross_minor, discount_minor, refund_minor
    from attribution.line_credit
    union all
    -- money given back without an order was brought by nobody
    select
        refund.shop_id, refund.counted_on as day_on, model.model, '7d_click' as attribution_window,
        'unattributed' as channel, null as ad_id, refund.currency,
        0 as credited_ppb, 0 as gross_minor, 0 as discount_minor, refund.refund_minor
    from staging.refund as refund
    cross join model
    where not refund.is_on_order
)

select
    credit.shop_id,
    credit.day_on,
    credit.model,
    credit.attribution_window,
    credit.channel,
    coalesce(credit.ad_id, '') as ad_id,
    credit.currency,
    cast(sum(credit.credited_ppb) as bigint) as credited_ppb,
    cast(sum(credit.gross_minor) as bigint) as gross_minor,
    cast(sum(credit.discount_minor) as bigint) as discount_minor,
    cast(sum(credit.refund_minor) as bigint) as refund_minor
from credit
join scope_day as scope on scope.shop_id = credit.shop_id and scope.day_on = credit.day_on
group by
    credit.shop_id, credit.day_on, credit.model, credit.attribution_window, credit.channel,
    coalesce(credit.ad_id, ''), credit.currency
