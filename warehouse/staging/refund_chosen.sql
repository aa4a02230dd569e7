-- description: One row per part of a refund that lowers net revenue, as the source that counts for its order last told it.
-- grain: shop_id, order_key, refund_key, line_key, kind
-- partition: order order_key
-- input staging.refund_told: order order_key
-- as_of: none
-- column kind: goods, discrepancy, or total: what a refund told as one sum leaves beside the parts of it that are told.
-- column source: Smallest rank, then the one that gives back more: several sources tell one refund under different keys.
-- column refunded_at: When the refund was made, or told first where its source tells no time of it.
-- check fail not_null: shop_id, order_key, refund_key, line_key, kind, source, refunded_at, refunded_on, currency, refund_minor
-- The rule is enough: which source counts is decided among the refunds of one order.
with ranked as (
    select
        told.shop_id, told.order_key, told.source, told.source_rank, told.refund_key, told.line_key, told.kind,
        told.currency, told.refund_minor, told.quantity, told.product_id, told.title,
        min(told.occurred_at) over part as refunded_at,
        min(told.occurred_on) over part as refunded_on,
        min(told.occurred_s) over part as refunded_s,
        row_number() over (
            partition by told.shop_id, told.order_key, told.source, told.refund_key, told.line_key, told.kind
            order by told.occurred_at desc, told.row_id desc
        ) as choice
    from staging.refund_told as told
    join scope_order as scope on scope.shop_id = told.shop_id and scope.order_key = told.order_key
    window part as (partition by told.shop_id, told.order_key, told.source, told.refund_key, told.line_key, told.kind)
),

part as (
    select
        shop_id, order_key, source, source_rank, refund_key, line_key, kind, currency, quantity, product_id, title,
        refunded_at, refunded_on, refunded_s, refund_minor,
        sum(case when kind = 'total' then refund_minor else 0 end) over (
            partition by shop_id, order_key, source, refund_key, currency order by line_key, kind
        ) - sum(case when kind = 'total' then 0 else refund_minor end) over (
            partition by shop_id, order_key, source, refund_key, currency
        ) as untold_minor
    from ranked
    where choice = 1
),

counted as (
    select
        shop_id, order_key, source, source_rank, refund_key, line_key, kind, currency, quantity, product_id, title,
        refunded_at, refunded_on, refunded_s,
        case when kind = 'total' and untold_minor < refund_minor then untold_minor else refund_minor end as refund_minor
    from part
    where kind in ('goods', 'discrepancy') or (kind = 'total' and untold_minor > 0)
),

given_back as (
    select shop_id, order_key, source, source_rank, sum(refund_minor) as refund_minor
    from counted
    group by shop_id, order_key, source, source_rank
),

teller as (
    select
        shop_id, order_key, source,
        row_number() over (partition by shop_id, order_key order by source_rank, refund_minor desc, source) as choice
    from given_back
)

select
    counted.shop_id, counted.order_key, counted.refund_key, counted.line_key, counted.kind, counted.source, counted.source_rank,
    counted.refunded_at, counted.refunded_on, counted.refunded_s, counted.currency,
    cast(counted.refund_minor as bigint) as refund_minor,
    counted.quantity, counted.product_id, counted.title
from counted
join teller on teller.shop_id = counted.shop_id and teller.order_key = counted.order_key and teller.source = counted.source
where teller.choice = 1
