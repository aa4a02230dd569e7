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
with touch as (
    select
        credit.shop_id, credit.month_on, credit.conversion_type, credit.conversion_key, credit.attribution_window, credit.touch_key,
        credit.channel, credit.ad_id, credit.product_id, credit.place, credit.touches, credit.converted_on, credit.channel_touches, credit.channel_place,
        credit.first_touch_ppb, credit.last_touch_ppb, credit.last_non_direct_ppb, credit.linear_ppb, credit.linear_unique_ppb,
        credit.time_decay_ppb, credit.position_ppb,
        case when credit.touch_key = '' then 1 when effect.markov_1_effect_e9 < 0 then 0 else effect.markov_1_effect_e9 end as markov_1,
        case when credit.touch_key = '' then 1 when effect.markov_2_effect_e9 < 0 then 0 else effect.markov_2_effect_e9 end as markov_2,
        case when credit.touch_key = '' then 1 when effect.markov_3_effect_e9 < 0 then 0 else effect.markov_3_effect_e9 end as markov_3,
        case when credit.touch_key = '' then 1 when effect.markov_4_effect_e9 < 0 then 0 else effect.markov_4_effect_e9 end as markov_4,
        case when credit.touch_key = '' then 1 when effect.shapley_rate_effect_e9 < 0 then 0 else effect.shapley_rate_effect_e9 end as shapley_rate,
        coalesce(part.share_ppb, 1000000000) as leave_one_out
    from attribution.rule_credit as credit
    join scope_month as scope on scope.shop_id = credit.shop_id and scope.month_on = credit.month_on
    left join attribution.channel_effect as effect
        on effect.shop_id = credit.shop_id and effect.month_on = credit.month_on and effect.conversion_type = credit.conversion_type
        and effect.attribution_window = credit.attribution_window and effect.channel = credit.channel
    left join attribution.path as path
        on credit.touches > 1 and path.shop_id = credit.shop_id and path.conversion_type = credit.conversion_type
        and path.conversion_key = credit.conversion_key and path.attribution_window = credit.attribution_window
    left join attribution.path_effect as part
        on part.shop_id = credit.shop_id and part.month_on = credit.month_on and part.conversion_type = credit.conversion_type
        and part.attribution_window = credit.attribution_window and part.path = path.path and part.place = credit.place
),

whole as (
    select
        shop_id, month_on, conversion_type, conversion_key, attribution_window, touch_key, channel, ad_id, product_id, place, touches,
        converted_on, first_touch_ppb, last_touch_ppb, last_non_direct_ppb, linear_ppb, linear_unique_ppb, time_decay_ppb, position_ppb,
        channel_touches, markov_1, markov_2, markov_3, markov_4, shapley_rate, leave_one_out,
        channel_touches * cast(sum(case when channel_place = 1 then markov_1 end) over this_path as bigint) as markov_1_whole,
        channel_touches * cast(sum(case when channel_place = 1 then markov_2 end) over this_path as bigint) as markov_2_whole,
        channel_touches * cast(sum(case when channel_place = 1 then markov_3 end) over this_path as bigint) as markov_3_whole,
        channel_touches * cast(sum(case when channel_place = 1 then markov_4 end) over this_path as bigint) as markov_4_whole,
        channel_touches * cast(sum(case when channel_place = 1 then shapley_rate end) over this_path as bigint) as shapley_rate_whole
    from touch
    window this_path as (partition by shop_id, conversion_type, conversion_key, attribution_window)
),

share as (
    select
        shop_id, month_on, conversion_type, conversion_key, attribution_window, touch_key, channel, ad_id, product_id, place, touches,
        converted_on, first_touch_ppb, last_touch_ppb, last_non_direct_ppb, linear_ppb, linear_unique_ppb, time_decay_ppb, position_ppb,
        leave_one_out,
        case when markov_1_whole = 0 then linear_ppb else (1000000000 * markov_1 - mod(1000000000 * markov_1, markov_1_whole)) / markov_1_whole end as markov_1,
        case when markov_2_whole = 0 then linear_ppb else (1000000000 * markov_2 - mod(1000000000 * markov_2, markov_2_whole)) / markov_2_whole end as markov_2,
        case when markov_3_whole = 0 then linear_ppb else (1000000000 * markov_3 - mod(1000000000 * markov_3, markov_3_whole)) / markov_3_whole end as markov_3,
        case when markov_4_whole = 0 then linear_ppb else (1000000000 * markov_4 - mod(1000000000 * markov_4, markov_4_whole)) / markov_4_whole end as markov_4,
        case when shapley_rate_whole = 0 then linear_ppb else (1000000000 * shapley_rate - mod(1000000000 * shapley_rate, shapley_rate_whole)) / shapley_rate_whole end as shapley_rate
    from whole
)

select
    shop_id, month_on, conversion_type, conversion_key, attribution_window, touch_key, channel, ad_id, product_id, place, touches,
    converted_on, first_touch_ppb, last_touch_ppb, last_non_direct_ppb, linear_ppb, linear_unique_ppb, time_decay_ppb, position_ppb,
    cast(case when place = touches then 1000000000 - sum(markov_1) over this_path + markov_1 else markov_1 end as bigint) as markov_1_ppb,
    cast(case when place = touches then 1000000000 - sum(markov_2) over this_path + markov_2 else markov_2 end as bigint) as markov_2_ppb,
    cast(case when place = touches then 1000000000 - sum(markov_3) over this_path + markov_3 else markov_3 end as bigint) as markov_3_ppb,
    cast(case when place = touches then 1000000000 - sum(markov_4) over this_path + markov_4 else markov_4 end as bigint) as markov_4_ppb,
    cast(case when place = touches then 1000000000 - sum(shapley_rate) over this_path + shapley_rate else shapley_rate end as bigint) as shapley_rate_ppb,
    cast(case when place = touches then 1000000000 - sum(leave_one_out) over this_path + leave_one_out else leave_one_out end as bigint) as leave_one_out_ppb
from share
window this_path as (partition by shop_id, conversion_type, conversion_key, attribution_window)
