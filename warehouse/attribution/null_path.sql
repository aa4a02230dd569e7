-- description: One row per identifier, attribution window and journey that no purchase followed.
-- grain: shop_id, person_key, attribution_window, last_touch_key
-- partition: person person_key
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
    select distinct shop_id, attribution_window, touched_key as person_key, touch_key
    from attribution.conversion_touch
    where conversion_type = 'purchase'
),

lone as (
    select
        touch.shop_id, touch.person_key, every.attribution_window, touch.touch_key, touch.channel, touch.occurred_s, touch.occurred_on,
        coalesce(own.look_back_s, every.look_back_s) as look_back_s
    from staging.touch as touch
    join scope_person as scope on scope.shop_id = touch.shop_id and scope.person_key = touch.person_key
    join attribution.look_back as every
        on every.shop_id = touch.shop_id and every.touch_type = touch.touch_type and every.channel = ''
    left join attribution.look_back as own
        on own.shop_id = touch.shop_id and own.attribution_window = every.attribution_window
        and own.touch_type = touch.touch_type and own.channel = touch.channel
    left join led
        on led.shop_id = touch.shop_id and led.person_key = touch.person_key
        and led.attribution_window = every.attribution_window and led.touch_key = touch.touch_key
    where led.touch_key is null and coalesce(own.look_back_s, every.look_back_s) > 0
),

spaced as (
    select
        shop_id, person_key, attribution_window, touch_key, channel, occurred_s, occurred_on,
        case when occurred_s - lag(occurred_s) over touches <= lag(look_back_s) over touches then 0 else 1 end as is_first
    from lone
    window touches as (partition by shop_id, person_key, attribution_window order by occurred_s, touch_key)
),

journey as (
    select
        shop_id, person_key, attribution_window, touch_key, channel, occurred_s, occurred_on,
        sum(is_first) over touches as journey,
        lead(is_first) over touches as is_next_first
    from spaced
    window touches as (partition by shop_id, person_key, attribution_window order by occurred_s, touch_key)
)

select
    shop_id, person_key, attribution_window,
    max(case when coalesce(is_next_first, 1) = 1 then touch_key end) as last_touch_key,
    max(case when coalesce(is_next_first, 1) = 1 then cast(date_trunc('month', occurred_on) as date) end) as month_on,
    string_agg(channel, ' > ' order by occurred_s, touch_key) as path
from journey
group by shop_id, person_key, attribution_window, journey
