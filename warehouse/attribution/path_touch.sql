-- description: One row per conversion, attribution window and touch of its path; a conversion without a touch in the window has one of touch_key ''.
-- grain: shop_id, conversion_type, conversion_key, attribution_window, touch_key
-- partition: order conversion_key
-- input attribution.counted_conversion: order conversion_key
-- input attribution.conversion_touch: order conversion_key
-- input attribution.look_back: shop
-- input attribution.setting: shop
-- as_of: none
-- column touch_key: Touch, '' for unattributed.
-- column touched_key: Identifier that was touched; '' for unattributed.
-- column is_told_key: Whether the conversion itself names that identifier: the thread view, which knows no links.
-- column channel: Channel of the touch, `unattributed` without one.
-- column product_id: Product that the touch showed.
-- column place: 1 for the earliest; touches of one second in the order of their keys.
-- column touches: Rows of the path, 1 for the unattributed one.
-- column month_on: First day of the local month of the conversion.
-- check fail not_null: shop_id, conversion_type, conversion_key, attribution_window, touch_key, channel, place, touches, converted_s, month_on
-- check fail is_before: touch_key = '' or touched_s < converted_s
-- check fail places_are_counted: place between 1 and touches
-- The rules are enough: a path is made of one conversion and the touches found for it, by the settings of its shop.
with found as (
    select
        touch.shop_id, touch.conversion_type, touch.conversion_key, touch.attribution_window, touch.touch_key, touch.touched_key,
        touch.is_told_key, touch.touch_type, touch.touch_rank, touch.channel, touch.ad_id, touch.product_id,
        touch.touched_at, touch.touched_s
    from attribution.conversion_touch as touch
    join scope_order as scope on scope.shop_id = touch.shop_id and scope.order_key = touch.conversion_key
    join attribution.counted_conversion as conversion
        on conversion.shop_id = touch.shop_id and conversion.conversion_type = touch.conversion_type
        and conversion.conversion_key = touch.conversion_key
    join attribution.setting as setting on setting.shop_id = touch.shop_id
    where setting.touches = 'reuse' or conversion.reset_s is null or touch.touched_s >= conversion.reset_s
),

repeated as (
    -- a touch told of two identifiers of the person is one
    select shop_id, conversion_type, conversion_key, attribution_window, touch_key, min(touched_key) as touched_key
    from found
    group by shop_id, conversion_type, conversion_key, attribution_window, touch_key having count(*) > 1
),

highest as (
    select shop_id, conversion_type, conversion_key, attribution_window, max(touch_rank) as touch_rank
    from found
    group by shop_id, conversion_type, conversion_key, attribution_window having min(touch_rank) < max(touch_rank)
),

path as (
    select
        found.shop_id, found.conversion_type, found.conversion_key, found.attribution_window, found.touch_key, found.touched_key,
        found.is_told_key, found.touch_type, found.channel, found.ad_id, found.product_id, found.touched_at, found.touched_s,
        row_number() over (this_path order by found.touched_s, found.touch_key) as place,
        count(*) over this_path as touches
    from found
    left join repeated using (shop_id, conversion_type, conversion_key, attribution_window, touch_key)
    left join highest using (shop_id, conversion_type, conversion_key, attribution_window)
    where coalesce(repeated.touched_key, found.touched_key) = found.touched_key
        and coalesce(highest.touch_rank, found.touch_rank) = found.touch_rank
    window this_path as (partition by found.shop_id, found.conversion_type, found.conversion_key, found.attribution_window)
),

offered as (
    select distinct shop_id, attribution_window from attribution.look_back
)

select
    conversion.shop_id, conversion.conversion_type, conversion.conversion_key, offered.attribution_window,
    coalesce(path.touch_key, '') as touch_key, coalesce(path.touched_key, '') as touched_key,
    coalesce(path.is_told_key, false) as is_told_key, coalesce(path.touch_type, '') as touch_type,
    coalesce(path.channel, 'unattributed') as channel, path.ad_id, path.product_id, path.touched_at, path.touched_s,
    coalesce(path.place, 1) as place, coalesce(path.touches, 1) as touches,
    conversion.converted_at, conversion.converted_s, conversion.converted_on, conversion.month_on
from attribution.counted_conversion as conversion
join scope_order as scope on scope.shop_id = conversion.shop_id and scope.order_key = conversion.conversion_key
join offered on offered.shop_id = conversion.shop_id
left join path
    on path.shop_id = conversion.shop_id and path.conversion_type = conversion.conversion_type
    and path.conversion_key = conversion.conversion_key and path.attribution_window = offered.attribution_window
