-- description: Stand-in: one row per purchase and touch of its path in the 7d_click window.
-- grain: shop_id, conversion_type, conversion_key, attribution_window, touch_key
-- partition: order conversion_key
-- input staging.orders: order order_key
-- input attribution.order_touch: order order_key
-- as_of: none
-- check fail not_null: shop_id, conversion_type, conversion_key, attribution_window, touch_key, channel, place, touches, month_on
select
    orders.shop_id, 'purchase' as conversion_type, orders.order_key as conversion_key, '7d_click' as attribution_window,
    coalesce(touch.touch_key, '') as touch_key,
    coalesce(touch.person_key, '') as touched_key,
    true as is_told_key,
    case when touch.touch_key is null then '' else 'click' end as touch_type,
    coalesce(touch.channel, 'unattributed') as channel,
    touch.ad_id,
    cast(null as varchar) as product_id,
    touch.touched_at, touch.touched_s,
    row_number() over (
        partition by orders.shop_id, orders.order_key order by touch.touched_s, touch.touch_key, touch.person_key
    ) as place,
    count(*) over (partition by orders.shop_id, orders.order_key) as touches,
    orders.ordered_at as converted_at, orders.ordered_s as converted_s, orders.ordered_on as converted_on,
    cast(date_trunc('month', orders.ordered_on) as date) as month_on
from staging.orders as orders
join scope_order as scope on scope.shop_id = orders.shop_id and scope.order_key = orders.order_key
left join attribution.order_touch as touch on touch.shop_id = orders.shop_id and touch.order_key = orders.order_key
