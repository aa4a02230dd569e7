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
-- column is_repeat: Whether the touch before is of the same channel.
-- column month_on: First day of the local month of the conversion.
-- check fail not_null: shop_id, conversion_type, conversion_key, attribution_window, touch_key, channel, place, touches, is_repeat, converted_s, month_on
-- check fail is_before: touch_key = '' or touched_s < converted_s
-- check fail places_are_counted: place between 1 and touches
-- The rules are enough: a path is made of one conversion and the touches found for it, by the settings of its shop.
with conversion as (
    -- a number for each: windows of rows go by it, which is several times cheaper than by its three keys
    select told.shop_id, told.conversion_type, told.conversion_key, told.converted_s, told.converted_on, told.month_on,
        told.identifiers, case when setting.touches = 'reset' then told.reset_s end as reset_s,
        row_number() over (order by told.shop_id, told.conversion_type, told.conversion_key) as conversion
    from attribution.counted_conversion as told
    join scope_order as scope on scope.shop_id = told.shop_id and scope.order_key = told.conversion_key
    join attribution.setting as setting on setting.shop_id = told.shop_id
),

attribution_window as (
    select shop_id, attribution_window, row_number() over (order by shop_id, attribution_window) as number, min(touch_rank) < max(touch_rank) as is_mixed
    from attribution.look_back group by shop_id, attribution_window
),

found as (
    select conversion.conversion, attribution_window.number, every.touch_rank, attribution_window.is_mixed, conversion.identifiers,
        touch.touch_key, touch.touched_key, touch.is_told_key, touch.channel, touch.ad_id, touch.product_id, touch.touched_s,
        case when touch.is_told_key then '0' else '1' end || touch.touched_key as choice
    from attribution.conversion_touch as touch
    join conversion using (shop_id, conversion_type, conversion_key)
    join attribution.look_back as every on every.shop_id = touch.shop_id and every.touch_type = touch.touch_type and every.channel = ''
    join attribution_window on attribution_window.shop_id = touch.shop_id and attribution_window.attribution_window = every.attribution_window
    left join attribution.look_back as own
        on own.shop_id = touch.shop_id and own.attribution_window = every.attribution_window
        and own.touch_type = touch.touch_type and own.channel = touch.channel
    where touch.age_s <= coalesce(own.look_back_s, every.look_back_s) and (conversion.reset_s is null or touch.touched_s >= conversion.reset_s)
),

-- a touch told of two identifiers of the person is one: that of the identifier that the conversion names, else of the smaller one
repeated as (
    select conversion, number, touch_key, min(choice) as choice
    from found where identifiers > 1 group by conversion, number, touch_key having count(*) > 1
),

highest as (
    select conversion, number, max(touch_rank) as touch_rank from found where is_mixed group by conversion, number
),

path as (
    select found.conversion, found.number, found.touch_key, found.touched_key, found.is_told_key,
        found.channel, found.ad_id, found.product_id, found.touched_s,
        row_number() over in_order as place, count(*) over (partition by found.conversion, found.number) as touches,
        coalesce(lag(found.channel) over in_order = found.channel, false) as is_repeat
    from found
    left join repeated using (conversion, number, touch_key) left join highest using (conversion, number)
    where coalesce(repeated.choice, found.choice) = found.choice and coalesce(highest.touch_rank, found.touch_rank) = found.touch_rank
    window in_order as (partition by found.conversion, found.number order by found.touched_s, found.touch_key)
)

select
    conversion.shop_id, conversion.conversion_type, conversion.conversion_key, offered.attribution_window,
    coalesce(path.touch_key, '') as touch_key, coalesce(path.touched_key, '') as touched_key,
    coalesce(path.is_told_key, false) as is_told_key, coalesce(path.channel, 'unattributed') as channel, path.ad_id, path.product_id, path.touched_s,
    coalesce(path.place, 1) as place, coalesce(path.touches, 1) as touches, coalesce(path.is_repeat, false) as is_repeat,
    conversion.converted_s, conversion.converted_on, conversion.month_on
from conversion
join attribution_window as offered on offered.shop_id = conversion.shop_id
left join path on path.conversion = conversion.conversion and path.number = offered.number
