-- description: One row per month, channel of more than 1,000 customers and model: the 95 % interval of its credit in closed form.
-- grain: shop_id, month_on, attribution_window, channel, currency, model
-- partition: month month_on
-- solver: credit_spread, version 1
-- input attribution.touch_credit: month month_on
-- input attribution.conversion_value: month month_on
-- as_of: none
-- column customers: Customers with the channel in a path.
-- column credited_low_ppb: Total - 1.959964 roots of the sum of squares: the variance of customers drawn Poisson(1) times, as in credit_replicate.
-- check fail not_null: shop_id, month_on, attribution_window, channel, currency, model, credited_low_ppb, net_high_minor
-- check fail ends_are_ordered: credited_low_ppb <= credited_high_ppb and net_low_minor <= net_high_minor
-- The rules are enough: a row sums customers of one month, and both inputs carry the month of the conversion they are about.
select
    touch.shop_id, touch.month_on, touch.attribution_window, touch.channel, value.currency, value.customer_key, value.net_minor,
    touch.first_touch_ppb, touch.last_touch_ppb, touch.last_non_direct_ppb, touch.linear_ppb, touch.linear_unique_ppb,
    touch.time_decay_ppb, touch.position_ppb, touch.markov_1_ppb, touch.markov_2_ppb, touch.markov_3_ppb, touch.markov_4_ppb,
    touch.shapley_rate_ppb, touch.leave_one_out_ppb
from attribution.touch_credit as touch
join scope_month as scope on scope.shop_id = touch.shop_id and scope.month_on = touch.month_on
join attribution.conversion_value as value
    on value.shop_id = touch.shop_id and value.conversion_key = touch.conversion_key and value.conversion_type = 'purchase'
where touch.conversion_type = 'purchase' and touch.channel <> 'unattributed'
