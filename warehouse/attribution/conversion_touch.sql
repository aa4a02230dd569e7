-- description: One row per conversion, identifier of its person, and touch of that identifier before the conversion that some window reaches.
-- grain: shop_id, conversion_type, conversion_key, touched_key, touch_key
-- partition: person touched_key
-- input attribution.conversion: person person_key
-- input staging.touch: person person_key
-- input attribution.look_back: shop
-- as_of: none
-- column touched_key: Identifier that was touched.
-- column is_told_key: Whether the conversion itself names that identifier.
-- column age_s: Seconds from the touch to the conversion.
-- check fail not_null: shop_id, conversion_type, conversion_key, touched_key, touch_key, touch_type, channel, touched_s, age_s
-- check fail is_before: age_s > 0
-- The rules are enough: conversion and touch meet in one identifier; how far they may be apart is a setting of the shop.
with longest as (
    select shop_id, touch_type, max(look_back_s) as look_back_s from attribution.look_back group by shop_id, touch_type
)

select
    conversion.shop_id, conversion.conversion_type, conversion.conversion_key,
    conversion.person_key as touched_key, conversion.is_told_key,
    touch.touch_key, touch.touch_type, touch.channel, touch.ad_id, touch.product_id,
    touch.occurred_s as touched_s, conversion.converted_s - touch.occurred_s as age_s
from attribution.conversion as conversion
join scope_person as scope on scope.shop_id = conversion.shop_id and scope.person_key = conversion.person_key
join staging.touch as touch on touch.shop_id = conversion.shop_id and touch.person_key = conversion.person_key
join longest on longest.shop_id = touch.shop_id and longest.touch_type = touch.touch_type
where touch.occurred_s < conversion.converted_s and touch.occurred_s >= conversion.converted_s - longest.look_back_s
