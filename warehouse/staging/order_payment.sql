-- description: One row per order of which a telling names how it was paid.
-- grain: shop_id, order_key
-- partition: order order_key
-- input staging.order_event: order order_key
-- as_of: none
-- column payment_method: Code of the method: of the best telling that names one, in the order in which tellings give the money.
-- check fail not_null: shop_id, order_key, payment_method
-- The rule is enough: an order's method is chosen among its own tellings, so a changed telling changes its order alone.
with ranked as (
    select
        event.shop_id, event.order_key, event.payment_method,
        row_number() over (
            partition by event.shop_id, event.order_key
            order by
                event.source_rank, case when event.source_rank = 5 then event.told_at end, event.told_at desc,
                event.payment_method, event.row_id
        ) as choice
    from staging.order_event as event
    join scope_order as scope on scope.shop_id = event.shop_id and scope.order_key = event.order_key
    where event.state <> 'cart' and event.payment_method is not null
)

select shop_id, order_key, payment_method
from ranked
where choice = 1
