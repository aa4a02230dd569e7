-- description: One row per shop, attribution window, touch type and channel: how far the window looks back. The presets, and what a shop sets.
-- grain: shop_id, attribution_window, touch_type, channel
-- partition: person shop_id
-- input raw.config_event: person shop_id
-- input attribution.setting: person shop_id
-- as_of: none
-- column touch_type: click, reply, store_scan, engaged_view or view.
-- column channel: Channel that it is for; '' for every channel without a row of its own.
-- column look_back_s: Length in seconds: touches from it before the conversion until just before the conversion; 0 for none.
-- column touch_rank: Where a window has touches of several ranks before a conversion, the highest rank counts alone: 3 an act, 2 an engaged view, 1 a view.
-- check fail not_null: shop_id, attribution_window, touch_type, channel, look_back_s, touch_rank
-- The rules are enough: a row is made of what one shop told, and attribution.setting has a row for every shop.
with touch_type as (
    select 'click' as touch_type, 3 as touch_rank union all select 'reply', 3 union all select 'store_scan', 3
    union all select 'engaged_view', 2 union all select 'view', 1
),

preset as (
    select '1d_click' as attribution_window, 3 as touch_rank, 86400 as look_back_s union all select '7d_click', 3, 604800
    union all select '28d_click', 3, 2419200 union all select '1d_ev', 2, 86400 union all select '1d_view', 1, 86400
),

last_told as (
    select shop_id, max(occurred_at) as occurred_at from raw.config_event group by shop_id
),

told as (
    -- attribution.look_back.<window>.<touch type>.<channel>: seconds
    select
        event.shop_id, split_part(event.key, '.', 3) as attribution_window, split_part(event.key, '.', 4) as touch_type,
        split_part(event.key, '.', 5) as channel, min(cast(event.value as bigint)) as look_back_s
    from raw.config_event as event
    join last_told on last_told.shop_id = event.shop_id and last_told.occurred_at = event.occurred_at
    where split_part(event.key, '.', 1) = 'attribution' and split_part(event.key, '.', 2) = 'look_back'
    group by event.shop_id, event.key
),

offered as (
    select shop_id, attribution_window, touch_type, channel, look_back_s, 1 as choice from told
    union all
    select setting.shop_id, preset.attribution_window, touch_type.touch_type, '' as channel, preset.look_back_s, 2 as choice
    from attribution.setting as setting
    cross join preset
    join touch_type on touch_type.touch_rank = preset.touch_rank
    where replace(setting.presets, ',' || preset.attribution_window || ',', '') <> setting.presets
    union all
    -- so that what one channel has of its own always stands beside a row for the others
    select told.shop_id, told.attribution_window, touch_type.touch_type, '' as channel, 0 as look_back_s, 3 as choice
    from told
    cross join touch_type
),

ranked as (
    select
        offered.shop_id, offered.attribution_window, offered.touch_type, offered.channel, offered.look_back_s,
        row_number() over (
            partition by offered.shop_id, offered.attribution_window, offered.touch_type, offered.channel order by offered.choice
        ) as choice
    from offered
    join scope_person as scope on scope.shop_id = offered.shop_id and scope.person_key = offered.shop_id
)

select
    ranked.shop_id, ranked.attribution_window, ranked.touch_type, ranked.channel,
    cast(ranked.look_back_s as bigint) as look_back_s,
    touch_type.touch_rank
from ranked
join touch_type on touch_type.touch_type = ranked.touch_type
where ranked.choice = 1
