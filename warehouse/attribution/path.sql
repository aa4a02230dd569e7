-- description: Stand-in: one row per purchase, its path in the 7d_click window.
-- grain: shop_id, conversion_type, conversion_key, attribution_window
-- partition: order conversion_key
-- input attribution.path_touch: order conversion_key
-- as_of: none
-- check fail not_null: shop_id, conversion_type, conversion_key, attribution_window, path, touches, month_on
select
    touch.shop_id, touch.conversion_type, touch.conversion_key, touch.attribution_window,
    case when max(touch.touch_key) = '' then '' else string_agg(touch.channel, ' > ' order by touch.place) end as path,
    max(touch.month_on) as month_on,
    max(touch.converted_on) as converted_on,
    case when max(touch.touch_key) = '' then 0 else count(*) end as touches,
    min(touch.touched_s) as first_touched_s,
    max(touch.touched_s) as last_touched_s,
    max(touch.converted_s) as converted_s
from attribution.path_touch as touch
join scope_order as scope on scope.shop_id = touch.shop_id and scope.order_key = touch.conversion_key
group by touch.shop_id, touch.conversion_type, touch.conversion_key, touch.attribution_window
