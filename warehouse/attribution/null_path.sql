-- description: Stand-in: no journey without a purchase.
-- grain: shop_id, person_key, attribution_window, last_touch_key
-- partition: person person_key
-- input staging.touch: person person_key
-- as_of: none
-- check fail not_null: shop_id, person_key, attribution_window, path, month_on
select touch.shop_id, touch.person_key, '7d_click' as attribution_window, touch.touch_key as last_touch_key,
    cast(date_trunc('month', touch.occurred_on) as date) as month_on, touch.channel as path
from staging.touch as touch
join scope_person as scope on scope.shop_id = touch.shop_id and scope.person_key = touch.person_key
where touch.is_click and substring(touch.touch_key, length(touch.touch_key), 1) = '0'
