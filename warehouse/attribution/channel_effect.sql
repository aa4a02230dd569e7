-- description: One row per month, conversion type, window and channel: its removal effects and Shapley value, solved from the month's paths.
-- grain: shop_id, month_on, conversion_type, attribution_window, channel
-- partition: month month_on
-- solver: channel_effect, version 2
-- input attribution.month_path: month month_on
-- as_of: none
-- column markov_1_effect_e9: Share of conversions that would be lost without the channel, in billionths; non-converting journeys count.
-- column markov_1_converting_effect_e9: The same from converting journeys alone.
-- column markov_1_conversions: Conversions of all paths, shared by the effects.
-- column markov_1_value_minor: Value of all paths, shared by the effects on value.
-- column shapley_rate_effect_e9: Shapley value of the game of conversion rates, in billionths; null above 15 channels.
-- column p_conversion: Share of the month's journeys that converted.
-- check fail not_null: shop_id, month_on, conversion_type, attribution_window, channel, markov_1_effect_e9, markov_2_effect_e9, markov_3_effect_e9, markov_4_effect_e9, p_conversion
-- The rule is enough: a month is fitted from its own paths alone.
select
    month.shop_id, month.month_on, month.conversion_type, month.attribution_window, month.path,
    month.conversions, month.value_minor, month.nulls
from attribution.month_path as month
join scope_month as scope on scope.shop_id = month.shop_id and scope.month_on = month.month_on
