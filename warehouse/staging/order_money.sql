-- description: One row per order whose money somebody has told: the money of the best telling.
-- grain: shop_id, order_key
-- partition: order order_key
-- input staging.order_event: order order_key
-- input staging.order_line_told: order order_key
-- as_of: none
-- column source: Source of the telling: best rank, then last told; of events sent to an ad platform the first one wins.
-- column source_rank: As in staging.order_event.
-- column order_ref: Name of the order in the telling; with source and version_key it finds the lines told with the money.
-- check fail not_null: shop_id, order_key, source, currency, gross_minor, discount_minor, tax_minor, shipping_minor
-- The rules are enough: the best telling is chosen among those of one order.
with line_total as (
    select
        line.shop_id, line.order_key, line.order_ref, line.source, line.version_key,
        max(line.told_at) as told_at,
        count(*) as lines,
        min(line.currency) as currency,
        cast(sum(line.gross_minor) as bigint) as gross_minor,
        cast(sum(line.discount_minor) as bigint) as discount_minor,
        cast(sum(line.tax_minor) as bigint) as tax_minor,
        cast(sum(line.shipping_minor) as bigint) as shipping_minor
    from staging.order_line_told as line
    join scope_order as scope on scope.shop_id = line.shop_id and scope.order_key = line.order_key
    group by line.shop_id, line.order_key, line.order_ref, line.source, line.version_key
),

telling as (
    select
        event.shop_id, event.order_key, event.order_ref, event.source, event.source_rank, event.version_key, event.told_at, 0 as lines,
        cast(event.row_id as varchar) as telling_key,
        coalesce(event.currency, line_total.currency) as currency,
        event.gross_minor,
        coalesce(event.discount_minor, line_total.discount_minor, 0) as discount_minor,
        coalesce(event.tax_minor, line_total.tax_minor, 0) as tax_minor,
        coalesce(event.shipping_minor, line_total.shipping_minor, 0) as shipping_minor
    from staging.order_event as event
    join scope_order as scope on scope.shop_id = event.shop_id and scope.order_key = event.order_key
    left join line_total
        on line_total.shop_id = event.shop_id and line_total.order_ref = event.order_ref
        and line_total.source = event.source and line_total.version_key = event.version_key
    where event.state <> 'cart' and event.gross_minor is not null
    union all
    -- a table of orders tells no totals: the lines of a version are its money
    select
        shop_id, order_key, order_ref, source, 1 as source_rank, version_key, told_at, lines,
        version_key as telling_key,
        currency, gross_minor, discount_minor, tax_minor, shipping_minor
    from line_total
    where source = 'orders_table'
),

ranked as (
    select
        shop_id, order_key, order_ref, source, source_rank, version_key, currency,
        gross_minor, discount_minor, tax_minor, shipping_minor,
        row_number() over (
            partition by shop_id, order_key
            order by
                source_rank, case when source_rank = 5 then told_at end, told_at desc,
                lines desc, gross_minor desc, telling_key desc
        ) as choice
    from telling
    where currency is not null
)

select
    shop_id, order_key, order_ref, source, source_rank, version_key, currency, gross_minor, discount_minor, tax_minor, shipping_minor
from ranked
where choice = 1
