-- description: Stand-in: one row per touch of a path, its credit by model.
-- grain: shop_id, conversion_type, conversion_key, attribution_window, touch_key
-- partition: month month_on
-- input attribution.path_touch: month month_on
-- as_of: none
-- check fail not_null: shop_id, month_on, conversion_type, conversion_key, attribution_window, touch_key, channel, place, touches
select
    touch.shop_id, touch.month_on, touch.conversion_type, touch.conversion_key, touch.attribution_window, touch.touch_key,
    touch.channel, touch.ad_id, touch.product_id, touch.place, touch.touches, touch.converted_on,
    cast(case when touch.place = 1 then 1000000000 else 0 end as bigint) as first_touch_ppb,
    cast(case when touch.place = touch.touches then 1000000000 else 0 end as bigint) as last_touch_ppb,
    cast((1000000000 - mod(1000000000, touch.touches)) / touch.touches + case when touch.place = touch.touches then mod(1000000000, touch.touches) else 0 end as bigint) as last_non_direct_ppb,
    cast((1000000000 - mod(1000000000, touch.touches)) / touch.touches + case when touch.place = touch.touches then mod(1000000000, touch.touches) else 0 end as bigint) as linear_ppb,
    cast((1000000000 - mod(1000000000, touch.touches)) / touch.touches + case when touch.place = touch.touches then mod(1000000000, touch.touches) else 0 end as bigint) as linear_unique_ppb,
    cast((1000000000 - mod(1000000000, touch.touches)) / touch.touches + case when touch.place = touch.touches then mod(1000000000, touch.touches) else 0 end as bigint) as time_decay_ppb,
    cast((1000000000 - mod(1000000000, touch.touches)) / touch.touches + case when touch.place = touch.touches then mod(1000000000, touch.touches) else 0 end as bigint) as position_ppb,
    cast((1000000000 - mod(1000000000, touch.touches)) / touch.touches + case when touch.place = touch.touches then mod(1000000000, touch.touches) else 0 end as bigint) as markov_1_ppb,
    cast((1000000000 - mod(1000000000, touch.touches)) / touch.touches + case when touch.place = touch.touches then mod(1000000000, touch.touches) else 0 end as bigint) as markov_2_ppb,
    cast((1000000000 - mod(1000000000, touch.touches)) / touch.touches + case when touch.place = touch.touches then mod(1000000000, touch.touches) else 0 end as bigint) as markov_3_ppb,
    cast((1000000000 - mod(1000000000, touch.touches)) / touch.touches + case when touch.place = touch.touches then mod(1000000000, touch.touches) else 0 end as bigint) as markov_4_ppb,
    cast((1000000000 - mod(1000000000, touch.touches)) / touch.touches + case when touch.place = touch.touches then mod(1000000000, touch.touches) else 0 end as bigint) as shapley_rate_ppb,
    cast((1000000000 - mod(1000000000, touch.touches)) / touch.touches + case when touch.place = touch.touches then mod(1000000000, touch.touches) else 0 end as bigint) as leave_one_out_ppb
from attribution.path_touch as touch
join scope_month as scope on scope.shop_id = touch.shop_id and scope.month_on = touch.month_on
