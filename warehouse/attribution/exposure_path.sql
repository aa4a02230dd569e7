-- description: One row per conversion and window: its path with repeats in a row told once (the `exposure` transform).
-- grain: shop_id, conversion_type, conversion_key, attribution_window
-- partition: order conversion_key
-- input attribution.path_touch: order conversion_key
-- as_of: none
-- column path: Channels from the first touch to the last, joined by ` > `; `unattributed` without a touch.
-- column convert_s: Seconds from the first touch to the conversion; null without a touch.
-- check fail not_null: shop_id, conversion_type, conversion_key, attribution_window, month_on, path
-- The rule is enough: a path is made of the touches of its own conversion.
with step as (
    select
        touch.shop_id, touch.conversion_type, touch.conversion_key, touch.attribution_window, touch.month_on,
        touch.channel, touch.place, touch.touched_s, touch.converted_s,
        lag(touch.channel) over (
            partition by touch.shop_id, touch.conversion_type, touch.conversion_key, touch.attribution_window order by touch.place
        ) as channel_before
    from attribution.path_touch as touch
    join scope_order as scope on scope.shop_id = touch.shop_id and scope.order_key = touch.conversion_key
)

select
    shop_id, conversion_type, conversion_key, attribution_window,
    max(month_on) as month_on,
    string_agg(channel, ' > ' order by place) as path,
    max(converted_s) - min(touched_s) as convert_s
from step
where channel_before is null or channel_before <> channel
group by shop_id, conversion_type, conversion_key, attribution_window
