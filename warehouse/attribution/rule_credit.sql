-- description: One row per touch of a path: its credit by the seven models that look at this path alone.
-- grain: shop_id, conversion_type, conversion_key, attribution_window, touch_key
-- partition: order conversion_key
-- input attribution.path_touch: order conversion_key
-- input attribution.setting: shop
-- why: A path's credit depends on its own touches and on the settings of its shop, on no other path.
-- as_of: none
-- column channel_touches: Touches of the path that are of this one's channel.
-- column channel_place: Place among those, 1 = earliest.
-- column last_non_direct_ppb: The last touch of a channel that is not direct; the last where all are.
-- column linear_unique_ppb: Each channel alike, its touches alike: the exact Shapley value of the game that counts conversions.
-- column time_decay_ppb: Halved with each half-life before the last touch; ages in 4096ths of one, rounded down.
-- column position_ppb: First and last by the shop's shares, the rest alike; two touches share by the ratio of those shares.
-- check fail not_null: shop_id, conversion_type, conversion_key, attribution_window, touch_key, channel, place, touches, month_on
-- check fail path_is_credited_once: select shop_id from fresh group by shop_id, conversion_type, conversion_key, attribution_window having sum(first_touch_ppb) <> 1000000000 or sum(last_touch_ppb) <> 1000000000 or sum(last_non_direct_ppb) <> 1000000000 or sum(linear_ppb) <> 1000000000 or sum(linear_unique_ppb) <> 1000000000 or sum(time_decay_ppb) <> 1000000000 or sum(position_ppb) <> 1000000000
with touch as (
    select
        path.shop_id, path.conversion_type, path.conversion_key, path.attribution_window, path.touch_key, path.channel,
        path.ad_id, path.product_id, path.place, path.touches, path.converted_on, path.month_on,
        coalesce(setting.half_life_s, 604800) as half_life_s,
        coalesce(setting.first_share_ppb, 400000000) as first_ppb, coalesce(setting.last_share_ppb, 400000000) as last_ppb,
        coalesce(max(case when path.channel <> 'direct' then path.place end) over this_path, path.touches) as non_direct_place,
        4096 * coalesce(max(path.touched_s) over this_path - path.touched_s, 0) as age_parts,
        count(*) over (this_path_channel) as channel_touches,
        row_number() over (
            partition by path.shop_id, path.conversion_type, path.conversion_key, path.attribution_window, path.channel order by path.place
        ) as channel_place
    from attribution.path_touch as path
    join scope_order as scope on scope.shop_id = path.shop_id and scope.order_key = path.conversion_key
    left join attribution.setting as setting on setting.shop_id = path.shop_id
    window
        this_path as (partition by path.shop_id, path.conversion_type, path.conversion_key, path.attribution_window)
)
select 1
