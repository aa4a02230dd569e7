-- description: What a channel's fitted effect is in a month: the share of conversions that would be lost without it, or its Shapley value.
-- grain: shop_id, month_on, conversion_type, attribution_window, model, channel
-- partition: month month_on
-- input attribution.channel_effect: month month_on
-- as_of: none
-- column shop_id: Shop.
-- column month_on: First day of the local month of the conversions.
-- column conversion_type: purchase, reorder, in_store, opt_in or lead.
-- column attribution_window: How far back touches count.
-- column model: markov_1 to markov_4, or shapley_rate.
-- column channel: Channel of the touches.
-- column effect: Of markov the removal effect, 0 to 1; of shapley_rate the Shapley value, in conversions a journey; null above 15 channels.
-- column converting_effect: The removal effect from converting journeys alone; null of shapley_rate.
-- column modelled_conversions: Conversions of all paths, shared by the effects; null where not solved.
-- column modelled_value_minor: Net revenue of all paths, shared by the effects on value; null where not solved.
-- column converted_rate: Share of the month's journeys that converted.
-- check fail not_null: shop_id, month_on, conversion_type, attribution_window, model, channel
-- check fail markov_is_a_share: model = 'shapley_rate' or effect between 0 and 1
-- The rule is enough: a month is fitted from its own paths alone.
with model as (
    select 'markov_1' as model
    union all
    select 'markov_2' as model
    union all
    select 'markov_3' as model
    union all
    select 'markov_4' as model
    union all
    select 'shapley_rate' as model
)

select
    effect.shop_id, effect.month_on, effect.conversion_type, effect.attribution_window, model.model, effect.channel,
    case model.model when 'markov_1' then effect.markov_1_effect_e9 when 'markov_2' then effect.markov_2_effect_e9
        when 'markov_3' then effect.markov_3_effect_e9 when 'markov_4' then effect.markov_4_effect_e9
        else effect.shapley_rate_effect_e9 end / 1e9 as effect,
    case model.model when 'markov_1' then effect.markov_1_converting_effect_e9 when 'markov_2' then effect.markov_2_converting_effect_e9
        when 'markov_3' then effect.markov_3_converting_effect_e9 when 'markov_4' then effect.markov_4_converting_effect_e9
    end / 1e9 as converting_effect,
    case model.model when 'markov_1' then effect.markov_1_conversions when 'markov_2' then effect.markov_2_conversions
        when 'markov_3' then effect.markov_3_conversions when 'markov_4' then effect.markov_4_conversions
        else effect.shapley_rate_conversions end as modelled_conversions,
    case model.model when 'markov_1' then effect.markov_1_value_minor when 'markov_2' then effect.markov_2_value_minor
        when 'markov_3' then effect.markov_3_value_minor when 'markov_4' then effect.markov_4_value_minor
        else effect.shapley_rate_value_minor end as modelled_value_minor,
    effect.p_conversion as converted_rate
from attribution.channel_effect as effect
join scope_month as scope on scope.shop_id = effect.shop_id and scope.month_on = effect.month_on
cross join model
