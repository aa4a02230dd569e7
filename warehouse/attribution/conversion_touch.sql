-- description: One row per conversion, identifier of its person, attribution window, and touch of that identifier inside the window.
-- grain: shop_id, conversion_type, conversion_key, attribution_window, touched_key, touch_key
-- partition: person touched_key
-- input attribution.conversion: person person_key
-- input staging.touch: person person_key
-- input attribution.look_back: shop
-- as_of: none
-- column touched_key: Identifier that was touched.
-- column is_told_key: Whether the conversion itself names that identifier.
-- column touch_rank: Of one conversion and window the touches of the highest rank count alone.
-- check fail not_null: shop_id, conversion_type, conversion_key, attribution_window, touched_key, touch_key, touch_type, channel, touched_s
-- check fail is_before: touched_s < converted_s
-- The rules are enough: conversion and touch meet in one identifier; how far they may be apart is a setting of the shop.
with longest as (
    select shop_id, touch_type, max(look_back_s) as look_back_s from attribution.look_back group by shop_id, touch_type
),

near as (
    -- touches meet conversions before they meet windows, of which each has several: three times the speed
    select
        conversion.shop_id, conversion.conversion_type, conversion.conversion_key, conversion.converted_s,
        conversion.person_key as touched_key, conversion.is_told_key,
        touch.touch_key, touch.touch_type, touch.channel, touch.ad_id, touch.product_id,
        touch.occurred_at as touched_at, touch.occurred_s as touched_s
    from attribution.conversion as conversion
    join scope_person as scope on scope.shop_id = conversion.shop_id and scope.person_key = conversion.person_key
    join staging.touch as touch on touch.shop_id = conversion.shop_id and touch.person_key = conversion.person_key
    join longest on longest.shop_id = touch.shop_id and longest.touch_type = touch.touch_type
    where touch.occurred_s < conversion.converted_s and touch.occurred_s >= conversion.converted_s - longest.look_back_s
)

select
    near.shop_id, near.conversion_type, near.conversion_key, every.attribution_window, near.touched_key, near.is_told_key,
    near.touch_key, near.touch_type, every.touch_rank, near.channel, near.ad_id, near.product_id,
    near.touched_at, near.touched_s, near.converted_s
from near
join attribution.look_back as every on every.shop_id = near.shop_id and every.touch_type = near.touch_type and every.channel = ''
left join attribution.look_back as own
    on own.shop_id = near.shop_id and own.attribution_window = every.attribution_window
    and own.touch_type = near.touch_type and own.channel = near.channel
where near.touched_s >= near.converted_s - coalesce(own.look_back_s, every.look_back_s)
