-- description: One row per identifier, attribution window and journey that no purchase followed.
-- grain: shop_id, person_key, attribution_window, last_touch_key
-- partition: person person_key
-- solver: null_path, version 1
-- input staging.touch: person person_key
-- input attribution.conversion_touch: person touched_key
-- input attribution.look_back: shop
-- as_of: none
-- column last_touch_key: Last touch of the journey.
-- column month_on: First day of the local month of the last touch.
-- column path: Channels, the earliest first, with ` > ` between them.
-- check fail not_null: shop_id, person_key, attribution_window, last_touch_key, month_on, path
-- The rules are enough: touches and the purchases that they led to meet in one identifier; look-backs are settings of the shop.
-- A journey: touches inside the window of no purchase, each at most its look-back after the one before.
with led as (
    -- how soon after each touch the next purchase came
    select touch.shop_id, touch.touched_key as person_key, touch.touch_key, min(touch.age_s) as age_s
    from attribution.conversion_touch as touch
    join scope_person as scope on scope.shop_id = touch.shop_id and scope.person_key = touch.touched_key
    where touch.conversion_type = 'purchase'
    group by touch.shop_id, touch.touched_key, touch.touch_key
),

lone as materialized ( -- else windows come first, and five times as many rows look for their purchase
    select touch.shop_id, touch.person_key, touch.touch_key, touch.touch_type, touch.channel, touch.occurred_s, touch.occurred_on, led.age_s
    from staging.touch as touch
    join scope_person as scope on scope.shop_id = touch.shop_id and scope.person_key = touch.person_key
    left join led on led.shop_id = touch.shop_id and led.person_key = touch.person_key and led.touch_key = touch.touch_key
)

select
    lone.shop_id, lone.person_key, every.attribution_window, lone.touch_key, lone.channel, lone.occurred_s,
    cast(date_trunc('month', lone.occurred_on) as date) as month_on,
    coalesce(own.look_back_s, every.look_back_s) as look_back_s
from lone
join attribution.look_back as every
    on every.shop_id = lone.shop_id and every.touch_type = lone.touch_type and every.channel = ''
left join attribution.look_back as own
    on own.shop_id = lone.shop_id and own.attribution_window = every.attribution_window
    and own.touch_type = lone.touch_type and own.channel = lone.channel
where coalesce(own.look_back_s, every.look_back_s) > 0 and (lone.age_s is null or lone.age_s > coalesce(own.look_back_s, every.look_back_s))
