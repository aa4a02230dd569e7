-- description: One row per touch of a path: its credit by the seven models that look at this path alone.
-- grain: shop_id, conversion_type, conversion_key, attribution_window, touch_key
-- partition: order conversion_key
-- input attribution.path_touch: order conversion_key
-- input attribution.time_decay: order conversion_key
-- input attribution.setting: shop
-- as_of: none
-- column channel_touches: Touches of the path that are of this one's channel.
-- column is_new_channel: Whether it is the earliest of those.
-- column last_non_direct_ppb: The last touch of a channel that is not direct takes all; the last where all are direct.
-- column linear_unique_ppb: Channels share alike, and so do a channel's touches: the exact Shapley value of the game that counts conversions.
-- column position_ppb: First and last touch by the shop's shares, the rest alike; two touches by the ratio of those shares.
-- check fail not_null: shop_id, conversion_type, conversion_key, attribution_window, touch_key, channel, place, touches, month_on
-- check fail path_is_credited_once: select shop_id from fresh group by shop_id, conversion_type, conversion_key, attribution_window having sum(first_touch_ppb) <> 1000000000 or sum(last_touch_ppb) <> 1000000000 or sum(last_non_direct_ppb) <> 1000000000 or sum(linear_ppb) <> 1000000000 or sum(linear_unique_ppb) <> 1000000000 or sum(time_decay_ppb) <> 1000000000 or sum(position_ppb) <> 1000000000
-- The rules are enough: a path's credit depends on its own touches and on its shop's settings, on no other path.
with path as (
    -- a number for each path: what follows groups and joins by it, which is several times cheaper than by its four keys
    select path.shop_id, path.conversion_type, path.conversion_key, path.attribution_window,
        row_number() over (order by path.shop_id, path.conversion_type, path.conversion_key, path.attribution_window) as number
    from attribution.path_touch as path
    join scope_order as scope on scope.shop_id = path.shop_id and scope.order_key = path.conversion_key
    where path.place = 1
),

touch as (
    select path.number, told.shop_id, told.conversion_type, told.conversion_key, told.attribution_window, told.touch_key,
        told.channel, told.ad_id, told.product_id, told.place, told.touches, told.converted_on, told.month_on,
        setting.first_share_ppb as first_ppb, setting.last_share_ppb as last_ppb, nullif(setting.first_share_ppb + setting.last_share_ppb, 0) as ends_ppb,
        case when replace(setting.direct_channels, ',' || told.channel || ',', '') = setting.direct_channels then told.place end as other_place,
        coalesce(decay.weight_e9, 1) as decay_weight
    from path
    join attribution.path_touch as told using (shop_id, conversion_type, conversion_key, attribution_window)
    join attribution.setting as setting on setting.shop_id = path.shop_id
    left join attribution.time_decay as decay
        on decay.shop_id = told.shop_id and decay.conversion_type = told.conversion_type and decay.conversion_key = told.conversion_key
        and decay.attribution_window = told.attribution_window and decay.touch_key = told.touch_key
),

channel as (
    select number, channel, count(*) as touches, min(place) as first_place, max(other_place) as other_place, sum(decay_weight) as decay_weight
    from touch group by number, channel
),

whole as (
    select number, count(*) as channels, max(other_place) as other_place, cast(sum(decay_weight) as bigint) as decay_weight
    from channel
    group by number
),

share as (
    select touch.number, touch.shop_id, touch.conversion_type, touch.conversion_key, touch.attribution_window, touch.touch_key,
        touch.channel, touch.ad_id, touch.product_id, touch.place, touch.touches, touch.converted_on, touch.month_on,
        channel.touches as channel_touches, touch.place = channel.first_place as is_new_channel, touch.first_ppb, touch.last_ppb, touch.ends_ppb,
        coalesce(whole.other_place, touch.touches) as other_place, 1000000000 // touch.touches as linear,
        1000000000 // (channel.touches * whole.channels) as linear_unique, 1000000000 * touch.decay_weight // whole.decay_weight as time_decay,
        case when touch.touches > 2 then (1000000000 - touch.first_ppb - touch.last_ppb) // (touch.touches - 2) end as position
    from touch join channel on channel.number = touch.number and channel.channel = touch.channel
    join whole on whole.number = touch.number
),

rest as (
    -- what the last touch takes where it is not told by the length of the path
    select number, cast(1000000000 - sum(linear_unique) as bigint) as linear_unique, cast(1000000000 - sum(time_decay) as bigint) as time_decay
    from share group by number
)

select
    shop_id, conversion_type, conversion_key, attribution_window, touch_key, channel, ad_id, product_id, place, touches,
    converted_on, month_on, channel_touches, is_new_channel, cast(case when place = 1 then 1000000000 else 0 end as bigint) as first_touch_ppb,
    cast(case when place = touches then 1000000000 else 0 end as bigint) as last_touch_ppb,
    cast(case when place = other_place then 1000000000 else 0 end as bigint) as last_non_direct_ppb,
    cast(case when place = touches then 1000000000 - (touches - 1) * linear else linear end as bigint) as linear_ppb,
    cast(share.linear_unique + case when place = touches then rest.linear_unique else 0 end as bigint) as linear_unique_ppb,
    cast(share.time_decay + case when place = touches then rest.time_decay else 0 end as bigint) as time_decay_ppb, cast(case
        when touches = 1 then 1000000000
        when touches = 2 and place = 1 then coalesce(first_ppb * 1000000000 // ends_ppb, 500000000)
        when touches = 2 then 1000000000 - coalesce(first_ppb * 1000000000 // ends_ppb, 500000000)
        when place = 1 then first_ppb when place = touches then 1000000000 - first_ppb - (touches - 2) * position else position
    end as bigint) as position_ppb
from share join rest on rest.number = share.number
