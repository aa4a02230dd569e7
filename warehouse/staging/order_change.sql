-- description: One row per identifier of an order's buyer and change that was made to the order.
-- grain: shop_id, order_key, person_key, change, changed_s
-- partition: order order_key
-- input staging.order_event: order order_key
-- input staging.refund_chosen: order order_key
-- input staging.person_order: order order_key
-- as_of: none
-- column change: cancelled; refunded (money of goods went back); changed (a source told other amounts than it had before).
-- check fail not_null: shop_id, order_key, person_key, change, changed_s, ordered_s
-- The rules are enough: what was changed and whose order it is are both told of one order.
with telling as (
    select
        event.shop_id, event.order_key, event.told_s,
        event.gross_minor - lag(event.gross_minor) over source_telling as gross_step,
        coalesce(event.discount_minor, 0) - coalesce(lag(event.discount_minor) over source_telling, 0) as discount_step,
        coalesce(event.shipping_minor, 0) - coalesce(lag(event.shipping_minor) over source_telling, 0) as shipping_step
    from staging.order_event as event
    join scope_order as scope on scope.shop_id = event.shop_id and scope.order_key = event.order_key
    where event.state <> 'cart' and event.gross_minor is not null
    window source_telling as (
        partition by event.shop_id, event.order_key, event.source, event.currency order by event.told_at, event.row_id
    )
),

made as (
    select shop_id, order_key, 'changed' as change, told_s as changed_s
    from telling
    where gross_step <> 0 or (gross_step = 0 and (discount_step <> 0 or shipping_step <> 0))
    union all
    select event.shop_id, event.order_key, 'cancelled' as change, event.occurred_s as changed_s
    from staging.order_event as event
    join scope_order as scope on scope.shop_id = event.shop_id and scope.order_key = event.order_key
    where event.state = 'cancelled'
    union all
    select refund.shop_id, refund.order_key, 'refunded' as change, refund.refunded_s as changed_s
    from staging.refund_chosen as refund
    join scope_order as scope on scope.shop_id = refund.shop_id and scope.order_key = refund.order_key
)

select distinct made.shop_id, made.order_key, owned.person_key, made.change, made.changed_s, owned.ordered_s
from made
join staging.person_order as owned on owned.shop_id = made.shop_id and owned.order_key = made.order_key
