-- description: One row per touch of a path: its credit by the seven models that look at this path alone.
-- grain: shop_id, conversion_type, conversion_key, attribution_window, touch_key
-- partition: order conversion_key
-- input attribution.path_touch: order conversion_key
-- input attribution.time_decay: order conversion_key
-- input attribution.setting: shop
-- as_of: none
-- column channel_touches: Touches of the path that are of this one's channel.
-- column channel_place: Place among those, 1 = earliest.
-- column last_non_direct_ppb: The last touch of a channel that is not direct takes all; the last where all are direct.
-- column linear_unique_ppb: Channels share alike, and so do a channel's touches: the exact Shapley value of the game that counts conversions.
-- column position_ppb: First and last touch by the shop's shares, the rest alike; two touches by the ratio of those shares.
-- check fail not_null: shop_id, conversion_type, conversion_key, attribution_window, touch_key, channel, place, touches, month_on
-- check fail path_is_credited_once: select shop_id from fresh group by shop_id, conversion_type, conversion_key, attribution_window having sum(first_touch_ppb) <> 1000000000 or sum(last_touch_ppb) <> 1000000000 or sum(last_non_direct_ppb) <> 1000000000 or sum(linear_ppb) <> 1000000000 or sum(linear_unique_ppb) <> 1000000000 or sum(time_decay_ppb) <> 1000000000 or sum(position_ppb) <> 1000000000
-- The rules are enough: a path's credit depends on its own touches and on its shop's settings, on no other path.
with touch as (
    select
        path.shop_id, path.conversion_type, path.conversion_key, path.attribution_window, path.touch_key,
        path.channel, path.ad_id, path.product_id, path.place, path.touches, path.converted_on, path.month_on,
        setting.first_share_ppb as first_ppb, setting.last_share_ppb as last_ppb,
        nullif(setting.first_share_ppb + setting.last_share_ppb, 0) as ends_ppb,
        case when replace(setting.direct_channels, ',' || path.channel || ',', '') = setting.direct_channels then path.place end as other_place,
        1000000000 * coalesce(decay.weight_e9, 1) as decay_product,
        coalesce(decay.weight_e9, 1) as decay_weight,
        count(*) over this_channel as channel_touches,
        row_number() over (
            partition by path.shop_id, path.conversion_type, path.conversion_key, path.attribution_window, path.channel order by path.place
        ) as channel_place
    from attribution.path_touch as path
    join scope_order as scope on scope.shop_id = path.shop_id and scope.order_key = path.conversion_key
    join attribution.setting as setting on setting.shop_id = path.shop_id
    left join attribution.time_decay as decay
        on decay.shop_id = path.shop_id and decay.conversion_type = path.conversion_type and decay.conversion_key = path.conversion_key
        and decay.attribution_window = path.attribution_window and decay.touch_key = path.touch_key
    window this_channel as (
        partition by path.shop_id, path.conversion_type, path.conversion_key, path.attribution_window, path.channel
    )
),

path as (
    select
        shop_id, conversion_type, conversion_key, attribution_window, touch_key, channel, ad_id, product_id, place, touches,
        converted_on, month_on, channel_touches, channel_place, first_ppb, last_ppb, ends_ppb, decay_product,
        coalesce(max(other_place) over this_path, touches) as other_place,
        channel_touches * cast(sum(case when channel_place = 1 then 1 else 0 end) over this_path as bigint) as parts,
        cast(sum(decay_weight) over this_path as bigint) as decay_whole
    from touch
    window this_path as (partition by shop_id, conversion_type, conversion_key, attribution_window)
),

share as (
    select
        shop_id, conversion_type, conversion_key, attribution_window, touch_key, channel, ad_id, product_id, place, touches,
        converted_on, month_on, channel_touches, channel_place, other_place,
        cast((1000000000 - mod(1000000000, touches)) / touches as bigint) as linear,
        cast((1000000000 - mod(1000000000, parts)) / parts as bigint) as linear_unique,
        cast((decay_product - mod(decay_product, decay_whole)) / decay_whole as bigint) as time_decay,
        cast(case
            when touches = 2 then coalesce((first_ppb * 1000000000 - mod(first_ppb * 1000000000, ends_ppb)) / ends_ppb, 500000000)
            when place = 1 then first_ppb
            else (1000000000 - first_ppb - last_ppb - mod(1000000000 - first_ppb - last_ppb, touches - 2)) / (touches - 2)
        end as bigint) as position
    from path
)

select
    shop_id, conversion_type, conversion_key, attribution_window, touch_key, channel, ad_id, product_id, place, touches,
    converted_on, month_on, channel_touches, channel_place,
    cast(case when place = 1 then 1000000000 else 0 end as bigint) as first_touch_ppb,
    cast(case when place = touches then 1000000000 else 0 end as bigint) as last_touch_ppb,
    cast(case when place = other_place then 1000000000 else 0 end as bigint) as last_non_direct_ppb,
    cast(case when place = touches then 1000000000 - sum(linear) over this_path + linear else linear end as bigint) as linear_ppb,
    cast(case when place = touches then 1000000000 - sum(linear_unique) over this_path + linear_unique else linear_unique end as bigint) as linear_unique_ppb,
    cast(case when place = touches then 1000000000 - sum(time_decay) over this_path + time_decay else time_decay end as bigint) as time_decay_ppb,
    cast(case when place = touches then 1000000000 - sum(position) over this_path + position else position end as bigint) as position_ppb
from share
window this_path as (partition by shop_id, conversion_type, conversion_key, attribution_window)
