-- description: One row per touch of a path: its credit by all thirteen models, 1 000 000 000 parts per billion a conversion, window and model.
-- grain: shop_id, conversion_type, conversion_key, attribution_window, touch_key
-- partition: month month_on
-- solver: touch_credit, version 1
-- input attribution.path_touch: month month_on
-- input attribution.path: month month_on
-- input attribution.setting: shop
-- input attribution.channel_effect: month month_on
-- input attribution.path_effect: month month_on
-- as_of: none
-- column touch_key: Touch, '' for unattributed, which has all of the credit by every model.
-- column last_non_direct_ppb: The last touch of a channel that is not direct takes all; the last where all are direct.
-- column linear_unique_ppb: Channels share alike, and so do a channel's touches: the exact Shapley value of the game that counts conversions.
-- column position_ppb: First and last touch by the shop's shares, the rest alike; two touches by the ratio of those shares.
-- column markov_1_ppb: Channels share by their effects, a channel's touches alike; touches as in linear where every effect is 0. So all fitted models.
-- column shapley_rate_ppb: Negative values share nothing; null for a whole path where its month has too many channels to solve.
-- column leave_one_out_ppb: By the path's own shares.
-- check fail not_null: shop_id, month_on, conversion_type, conversion_key, attribution_window, touch_key, channel, place, touches, first_touch_ppb, last_touch_ppb, last_non_direct_ppb, linear_ppb, linear_unique_ppb, time_decay_ppb, position_ppb, markov_1_ppb, markov_2_ppb, markov_3_ppb, markov_4_ppb, leave_one_out_ppb
-- check fail paths_are_credited_once: select shop_id from fresh group by shop_id, month_on, conversion_type, attribution_window having sum(first_touch_ppb) <> 1000000000 * count(case when place = touches then first_touch_ppb end) or sum(last_touch_ppb) <> 1000000000 * count(case when place = touches then last_touch_ppb end) or sum(last_non_direct_ppb) <> 1000000000 * count(case when place = touches then last_non_direct_ppb end) or sum(linear_ppb) <> 1000000000 * count(case when place = touches then linear_ppb end) or sum(linear_unique_ppb) <> 1000000000 * count(case when place = touches then linear_unique_ppb end) or sum(time_decay_ppb) <> 1000000000 * count(case when place = touches then time_decay_ppb end) or sum(position_ppb) <> 1000000000 * count(case when place = touches then position_ppb end) or sum(markov_1_ppb) <> 1000000000 * count(case when place = touches then markov_1_ppb end) or sum(markov_2_ppb) <> 1000000000 * count(case when place = touches then markov_2_ppb end) or sum(markov_3_ppb) <> 1000000000 * count(case when place = touches then markov_3_ppb end) or sum(markov_4_ppb) <> 1000000000 * count(case when place = touches then markov_4_ppb end) or sum(shapley_rate_ppb) <> 1000000000 * count(case when place = touches then shapley_rate_ppb end) or sum(leave_one_out_ppb) <> 1000000000 * count(case when place = touches then leave_one_out_ppb end)
-- The rules are enough: what is fitted is fitted per month of the conversion, so a month's credit depends on that month and on its shop's settings.
with left_out as (
    select path.shop_id, path.conversion_type, path.conversion_key, path.attribution_window, part.place, part.share_ppb
    from attribution.path as path
    join scope_month as scope on scope.shop_id = path.shop_id and scope.month_on = path.month_on
    join attribution.path_effect as part
        on part.shop_id = path.shop_id and part.month_on = path.month_on and part.conversion_type = path.conversion_type
        and part.attribution_window = path.attribution_window and part.path = path.path
),

effect as (
    -- a channel that hurts shares nothing
    select
        shop_id, month_on, conversion_type, attribution_window, channel,
        case when markov_1_effect_e9 < 0 then 0 else markov_1_effect_e9 end as markov_1,
        case when markov_2_effect_e9 < 0 then 0 else markov_2_effect_e9 end as markov_2,
        case when markov_3_effect_e9 < 0 then 0 else markov_3_effect_e9 end as markov_3,
        case when markov_4_effect_e9 < 0 then 0 else markov_4_effect_e9 end as markov_4,
        case when shapley_rate_effect_e9 < 0 then 0 else shapley_rate_effect_e9 end as shapley_rate
    from attribution.channel_effect
)

select
    touch.shop_id, touch.month_on, touch.conversion_type, touch.conversion_key, touch.attribution_window, touch.touch_key,
    touch.channel, touch.ad_id, touch.product_id, touch.place, touch.touches, touch.converted_on, touch.touched_s,
    case when replace(setting.direct_channels, ',' || touch.channel || ',', '') = setting.direct_channels then 0 else 1 end as is_direct,
    setting.half_life_s, setting.first_share_ppb, setting.last_share_ppb,
    case when touch.touch_key = '' then 1 else effect.markov_1 end as markov_1,
    case when touch.touch_key = '' then 1 else effect.markov_2 end as markov_2,
    case when touch.touch_key = '' then 1 else effect.markov_3 end as markov_3,
    case when touch.touch_key = '' then 1 else effect.markov_4 end as markov_4,
    case when touch.touch_key = '' then 1 else effect.shapley_rate end as shapley_rate,
    left_out.share_ppb as left_out_ppb
from attribution.path_touch as touch
join scope_month as scope on scope.shop_id = touch.shop_id and scope.month_on = touch.month_on
join attribution.setting as setting on setting.shop_id = touch.shop_id
left join effect
    on effect.shop_id = touch.shop_id and effect.month_on = touch.month_on and effect.conversion_type = touch.conversion_type
    and effect.attribution_window = touch.attribution_window and effect.channel = touch.channel
left join left_out
    on left_out.shop_id = touch.shop_id and left_out.conversion_type = touch.conversion_type and left_out.conversion_key = touch.conversion_key
    and left_out.attribution_window = touch.attribution_window and left_out.place = touch.place
