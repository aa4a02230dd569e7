-- description: One row per touch of a path: its credit by all thirteen models, 1 000 000 000 parts per billion a conversion, window and model.
-- grain: shop_id, conversion_type, conversion_key, attribution_window, touch_key
-- partition: month month_on
-- input attribution.rule_credit: month month_on
-- input attribution.path: month month_on
-- input attribution.channel_effect: month month_on
-- input attribution.path_effect: month month_on
-- as_of: none
-- column touch_key: Touch, '' for unattributed, which has all of the credit by every model.
-- column markov_1_ppb: Channels share by their effects, a channel's touches alike; touches as in linear where every effect is 0. So all fitted models.
-- column shapley_rate_ppb: Negative values share nothing; null for a whole path where its month has too many channels to solve.
-- column leave_one_out_ppb: By the path's own shares.
-- check fail not_null: shop_id, month_on, conversion_type, conversion_key, attribution_window, touch_key, channel, place, touches, markov_1_ppb, markov_2_ppb, markov_3_ppb, markov_4_ppb, leave_one_out_ppb
-- check fail path_is_credited_once: select shop_id from fresh group by shop_id, conversion_type, conversion_key, attribution_window having sum(markov_1_ppb) <> 1000000000 or sum(markov_2_ppb) <> 1000000000 or sum(markov_3_ppb) <> 1000000000 or sum(markov_4_ppb) <> 1000000000 or sum(shapley_rate_ppb) <> 1000000000 or sum(leave_one_out_ppb) <> 1000000000 or count(shapley_rate_ppb) not in (0, count(*))
-- The rules are enough: what is fitted is fitted per month of the conversion, so a month's credit depends on that month alone.
with path as (
    -- a number for each path: what follows groups and joins by it, which is several times cheaper than by its four keys
    select path.shop_id, path.conversion_type, path.conversion_key, path.attribution_window, path.path,
        row_number() over (order by path.shop_id, path.conversion_type, path.conversion_key, path.attribution_window) as number
    from attribution.path as path
    join scope_month as scope on scope.shop_id = path.shop_id and scope.month_on = path.month_on
),

touch as (
    select path.number, credit.shop_id, credit.month_on, credit.conversion_type, credit.conversion_key, credit.attribution_window, credit.touch_key,
        credit.channel, credit.ad_id, credit.product_id, credit.place, credit.touches, credit.converted_on, credit.channel_touches, credit.is_new_channel,
        credit.first_touch_ppb, credit.last_touch_ppb, credit.last_non_direct_ppb, credit.linear_ppb, credit.linear_unique_ppb, credit.time_decay_ppb, credit.position_ppb,
        case when credit.touch_key = '' then 1 when effect.markov_1_effect_e9 < 0 then 0 else effect.markov_1_effect_e9 end as markov_1,
        case when credit.touch_key = '' then 1 when effect.markov_2_effect_e9 < 0 then 0 else effect.markov_2_effect_e9 end as markov_2,
        case when credit.touch_key = '' then 1 when effect.markov_3_effect_e9 < 0 then 0 else effect.markov_3_effect_e9 end as markov_3,
        case when credit.touch_key = '' then 1 when effect.markov_4_effect_e9 < 0 then 0 else effect.markov_4_effect_e9 end as markov_4,
        case when credit.touch_key = '' then 1 when effect.shapley_rate_effect_e9 < 0 then 0 else effect.shapley_rate_effect_e9 end as shapley_rate,
        coalesce(part.share_ppb, 1000000000) as leave_one_out
    from attribution.rule_credit as credit
    join path using (shop_id, conversion_type, conversion_key, attribution_window)
    left join attribution.channel_effect as effect
        on effect.shop_id = credit.shop_id and effect.month_on = credit.month_on and effect.conversion_type = credit.conversion_type
        and effect.attribution_window = credit.attribution_window and effect.channel = credit.channel
    left join attribution.path_effect as part
        on credit.touches > 1 and part.shop_id = credit.shop_id and part.month_on = credit.month_on
        and part.conversion_type = credit.conversion_type and part.attribution_window = credit.attribution_window
        and part.path = path.path and part.place = credit.place
),

whole as (
    select number, cast(sum(case when is_new_channel then markov_1 end) as bigint) as markov_1,
        cast(sum(case when is_new_channel then markov_2 end) as bigint) as markov_2, cast(sum(case when is_new_channel then markov_3 end) as bigint) as markov_3,
        cast(sum(case when is_new_channel then markov_4 end) as bigint) as markov_4, cast(sum(case when is_new_channel then shapley_rate end) as bigint) as shapley_rate
    from touch group by number
),

share as (
    select touch.number, shop_id, month_on, conversion_type, conversion_key, attribution_window, touch_key, channel, ad_id, product_id, place, touches,
        converted_on, first_touch_ppb, last_touch_ppb, last_non_direct_ppb, linear_ppb, linear_unique_ppb, time_decay_ppb, position_ppb, leave_one_out,
        case when whole.markov_1 = 0 then linear_ppb else 1000000000 * touch.markov_1 // (channel_touches * whole.markov_1) end as markov_1,
        case when whole.markov_2 = 0 then linear_ppb else 1000000000 * touch.markov_2 // (channel_touches * whole.markov_2) end as markov_2,
        case when whole.markov_3 = 0 then linear_ppb else 1000000000 * touch.markov_3 // (channel_touches * whole.markov_3) end as markov_3,
        case when whole.markov_4 = 0 then linear_ppb else 1000000000 * touch.markov_4 // (channel_touches * whole.markov_4) end as markov_4,
        case when whole.shapley_rate = 0 then linear_ppb else 1000000000 * touch.shapley_rate // (channel_touches * whole.shapley_rate) end as shapley_rate
    from touch join whole on whole.number = touch.number
),

rest as (
    select number, cast(1000000000 - sum(markov_1) as bigint) as markov_1,
        cast(1000000000 - sum(markov_2) as bigint) as markov_2, cast(1000000000 - sum(markov_3) as bigint) as markov_3,
        cast(1000000000 - sum(markov_4) as bigint) as markov_4, cast(1000000000 - sum(shapley_rate) as bigint) as shapley_rate,
        cast(1000000000 - sum(leave_one_out) as bigint) as leave_one_out
    from share group by number
)

select
    shop_id, month_on, conversion_type, conversion_key, attribution_window, touch_key, channel, ad_id, product_id, place, touches,
    converted_on, first_touch_ppb, last_touch_ppb, last_non_direct_ppb, linear_ppb, linear_unique_ppb, time_decay_ppb, position_ppb,
    share.markov_1 + case when place = touches then rest.markov_1 else 0 end as markov_1_ppb,
    share.markov_2 + case when place = touches then rest.markov_2 else 0 end as markov_2_ppb,
    share.markov_3 + case when place = touches then rest.markov_3 else 0 end as markov_3_ppb,
    share.markov_4 + case when place = touches then rest.markov_4 else 0 end as markov_4_ppb,
    share.shapley_rate + case when place = touches then rest.shapley_rate else 0 end as shapley_rate_ppb,
    share.leave_one_out + case when place = touches then rest.leave_one_out else 0 end as leave_one_out_ppb
from share join rest on rest.number = share.number
