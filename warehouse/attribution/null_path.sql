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
with person as (
    select shop_id, person_key, row_number() over (order by shop_id, person_key) as person from scope_person
),

led as (
    -- how soon after each touch the next purchase came
    select person.person, touch.touch_key, min(touch.age_s) as age_s
    from attribution.conversion_touch as touch
    join person on person.shop_id = touch.shop_id and person.person_key = touch.touched_key
    where touch.conversion_type = 'purchase'
    group by person.person, touch.touch_key
),

lone as (
    select
        person.person, every.attribution_window, touch.touch_key, touch.channel, touch.occurred_s, touch.occurred_on,
        coalesce(own.look_back_s, every.look_back_s) as look_back_s
    from staging.touch as touch
    join person on person.shop_id = touch.shop_id and person.person_key = touch.person_key
    join attribution.look_back as every
        on every.shop_id = touch.shop_id and every.touch_type = touch.touch_type and every.channel = ''
    left join attribution.look_back as own
        on own.shop_id = touch.shop_id and own.attribution_window = every.attribution_window
        and own.touch_type = touch.touch_type and own.channel = touch.channel
    left join led on led.person = person.person and led.touch_key = touch.touch_key
    where coalesce(own.look_back_s, every.look_back_s) > 0 and (led.age_s is null or led.age_s > coalesce(own.look_back_s, every.look_back_s))
),

spaced as (
    select
        person, attribution_window, touch_key, channel, occurred_s, occurred_on,
        case when occurred_s - lag(occurred_s) over touches <= lag(look_back_s) over touches then 0 else 1 end as is_first,
        case when lead(occurred_s) over touches - occurred_s <= look_back_s then 0 else 1 end as is_last
    from lone
    window touches as (partition by person, attribution_window order by occurred_s, touch_key)
),

journey as (
    select
        person, attribution_window, touch_key, channel, occurred_s, occurred_on, is_last,
        sum(is_first) over (partition by person, attribution_window order by occurred_s, touch_key) as journey
    from spaced
),

told as (
    select
        person, attribution_window,
        max(case when is_last = 1 then touch_key end) as last_touch_key,
        cast(date_trunc('month', max(case when is_last = 1 then occurred_on end)) as date) as month_on,
        string_agg(channel, ' > ' order by occurred_s, touch_key) as path
    from journey
    group by person, attribution_window, journey
)

select person.shop_id, person.person_key, told.attribution_window, told.last_touch_key, told.month_on, told.path
from told
join person on person.person = told.person
