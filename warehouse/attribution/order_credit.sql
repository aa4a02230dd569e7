-- description: One row per order, model and touch that earns credit; an order without a touch credits `unattributed`.
-- grain: shop_id, order_key, model, touch_key
-- partition: order order_key
-- input staging.orders: order order_key
-- input attribution.path_touch: order conversion_key
-- as_of: none
-- column touch_key: Touch, '' for unattributed.
-- column place: Position of the touch in the path; the last one takes remainders.
-- column credited_ppb: Share of the order in parts per billion; 1 000 000 000 an order and model.
-- check fail not_null: shop_id, order_key, model, touch_key, channel, ordered_on, currency
-- check fail order_is_credited_once: select shop_id from fresh group by shop_id, order_key, model having sum(credited_ppb) <> 1000000000
with path as (
    select
        orders.shop_id, orders.order_key, orders.ordered_on, orders.currency,
        touch.touch_key, touch.channel, touch.ad_id, touch.place, touch.touches
    from staging.orders as orders
    join scope_order as scope on scope.shop_id = orders.shop_id and scope.order_key = orders.order_key
    join attribution.path_touch as touch on touch.shop_id = orders.shop_id and touch.conversion_key = orders.order_key
    where touch.conversion_type = 'purchase' and touch.attribution_window = '7d_click'
),

credit as (
    select
        shop_id, order_key, 'first_touch' as model, touch_key, ordered_on, currency, channel, ad_id, place,
        1000000000 as credited_ppb
    from path
    where place = 1
    union all
    select
        shop_id, order_key, 'last_touch' as model, touch_key, ordered_on, currency, channel, ad_id, place,
        1000000000 as credited_ppb
    from path
    where place = touches
    union all
    select
        shop_id, order_key, 'linear' as model, touch_key, ordered_on, currency, channel, ad_id, place,
        cast((1000000000 - mod(1000000000, touches)) / touches as bigint)
            + case when place = touches then mod(1000000000, touches) else 0 end as credited_ppb
    from path
)

select
    shop_id, order_key, model, touch_key, '7d_click' as attribution_window, ordered_on, currency, channel, ad_id, place,
    cast(credited_ppb as bigint) as credited_ppb
from credit
