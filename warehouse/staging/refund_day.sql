-- description: One row per line of a refunded order and local day of a refund: what the line gives back by name, and what is left to share.
-- grain: shop_id, order_key, line_key, refunded_on
-- partition: order order_key
-- input staging.order_line: order order_key
-- input staging.refund: order order_key
-- as_of: none
-- column named_minor: Refunds of that day that name the line.
-- column line_minor: What the line gives back in all, without what is named.
-- column day_minor: What was given back for the order that day, without what is named.
-- column order_minor: What was given back for the order in all, without what is named.
-- check fail not_null: shop_id, order_key, line_key, refunded_on, named_minor, line_minor, day_minor, order_minor
-- The rules are enough: lines and refunds of one order meet here, so what changes one of them changes its order's rows alone.
with given as (
    select
        refund.shop_id, refund.order_key, refund.refunded_on, cast(sum(refund.refund_minor) as bigint) as refund_minor,
        row_number() over (partition by refund.shop_id, refund.order_key order by refund.refunded_on desc) = 1 as is_last_day
    from staging.refund as refund
    join scope_order as scope on scope.shop_id = refund.shop_id and scope.order_key = refund.order_key
    where refund.is_on_order
    group by refund.shop_id, refund.order_key, refund.refunded_on
),

named as (
    select refund.shop_id, refund.order_key, refund.refunded_on, refund.line_key, cast(sum(refund.refund_minor) as bigint) as refund_minor
    from staging.refund as refund
    join scope_order as scope on scope.shop_id = refund.shop_id and scope.order_key = refund.order_key
    where refund.is_on_order and refund.kind = 'goods'
    group by refund.shop_id, refund.order_key, refund.refunded_on, refund.line_key
)

select
    line.shop_id, line.order_key, line.line_key, given.refunded_on, given.is_last_day,
    line.line_key = max(line.line_key) over this_order as is_last_line,
    coalesce(named.refund_minor, 0) as named_minor,
    cast(line.refund_minor - sum(coalesce(named.refund_minor, 0)) over this_line as bigint) as line_minor,
    cast(given.refund_minor - sum(coalesce(named.refund_minor, 0)) over this_day as bigint) as day_minor,
    cast(
        sum(case when given.is_last_day then line.refund_minor else 0 end) over this_order
        - sum(coalesce(named.refund_minor, 0)) over this_order
    as bigint) as order_minor
from staging.order_line as line
join given on given.shop_id = line.shop_id and given.order_key = line.order_key
left join named
    on named.shop_id = line.shop_id and named.order_key = line.order_key and named.line_key = line.line_key
    and named.refunded_on = given.refunded_on
window
    this_order as (partition by line.shop_id, line.order_key),
    this_line as (partition by line.shop_id, line.order_key, line.line_key),
    this_day as (partition by line.shop_id, line.order_key, given.refunded_on)
