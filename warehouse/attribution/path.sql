-- description: One row per conversion and attribution window: the channels of its path, the earliest first.
-- grain: shop_id, conversion_type, conversion_key, attribution_window
-- partition: order conversion_key
-- solver: path, version 1
-- input attribution.path_touch: order conversion_key
-- as_of: none
-- column path: Channels with ` > ` between them; '' for unattributed.
-- column exposure_path: The same with repeats in a row told once (the `exposure` transform); `unattributed` without a touch.
-- column touches: Touches of the path, 0 for none.
-- column first_touched_s: UTC epoch second; null without a touch.
-- column last_touched_s: UTC epoch second; null without a touch.
-- check fail not_null: shop_id, conversion_type, conversion_key, attribution_window, path, exposure_path, touches, converted_s, converted_on, month_on
-- The rule is enough: a row is one path of one conversion.
select
    touch.shop_id, touch.conversion_type, touch.conversion_key, touch.attribution_window,
    touch.place, touch.channel, case when touch.is_repeat then 1 else 0 end as is_repeat, touch.touched_s,
    cast(case when touch.touch_key <> '' then touch.touches else 0 end as bigint) as touches,
    touch.converted_s, touch.converted_on, touch.month_on
from attribution.path_touch as touch
join scope_order as scope on scope.shop_id = touch.shop_id and scope.order_key = touch.conversion_key
