-- description: One row per visit to a store, identifier of the visitor, attribution window and touch of the identifier inside it; without one, of touch_key ''.
-- grain: shop_id, visit_key, attribution_window, touched_key, touch_key
-- partition: person touched_key
-- input attribution.visit_identity: person person_key
-- input staging.touch: person person_key
-- input attribution.look_back: shop
-- as_of: none
-- column is_told_key: Whether the visit itself names the identifier.
-- check fail not_null: shop_id, visit_key, attribution_window, touched_key, touch_key, is_told_key, visited_s, month_on
-- check fail is_before: touch_key = '' or touched_s < visited_s
-- The rules are enough: visit and touch meet in one identifier; how far they may be apart is a setting of the shop.
with visit as (
    select
        visit.shop_id, visit.visit_key, visit.person_key, visit.person_key = visit.told_key as is_told_key, visit.visited_s,
        cast(date_trunc('month', visit.visited_on) as date) as month_on
    from attribution.visit_identity as visit
    join scope_person as scope on scope.shop_id = visit.shop_id and scope.person_key = visit.person_key
),

found as (
    select
        visit.shop_id, visit.visit_key, visit.person_key, every.attribution_window,
        touch.touch_key, touch.channel, touch.ad_id, touch.occurred_s as touched_s
    from visit
    join staging.touch as touch on touch.shop_id = visit.shop_id and touch.person_key = visit.person_key
    join attribution.look_back as every
        on every.shop_id = touch.shop_id and every.touch_type = touch.touch_type and every.channel = ''
    left join attribution.look_back as own
        on own.shop_id = touch.shop_id and own.attribution_window = every.attribution_window
        and own.touch_type = touch.touch_type and own.channel = touch.channel
    where touch.occurred_s < visit.visited_s
        and touch.occurred_s >= visit.visited_s - coalesce(own.look_back_s, every.look_back_s)
),

offered as (
    select distinct shop_id, attribution_window from attribution.look_back
)

select
    visit.shop_id, visit.visit_key, offered.attribution_window, visit.person_key as touched_key, visit.is_told_key,
    coalesce(found.touch_key, '') as touch_key, found.channel, found.ad_id, found.touched_s, visit.visited_s, visit.month_on
from visit
join offered on offered.shop_id = visit.shop_id
left join found
    on found.shop_id = visit.shop_id and found.visit_key = visit.visit_key and found.person_key = visit.person_key
    and found.attribution_window = offered.attribution_window
