-- description: One row per month and channel of more than 1,000 customers: what each model credits, and how unevenly its customers share that.
-- grain: shop_id, month_on, attribution_window, channel, currency
-- partition: month month_on
-- input attribution.customer_credit: month month_on
-- as_of: none
-- column customers: Customers with the channel in a path.
-- column first_touch_ppb: Orders of all customers, in parts per billion; so for each model, null where the model could not be solved.
-- column first_touch_ppb_squares: Sum of the customers' squares, exact: wide enough for the square of any amount; so for each model.
-- check fail not_null: shop_id, month_on, attribution_window, channel, currency, customers, linear_ppb, linear_minor
-- The rule is enough: a row sums customers of its own month.
select
    credit.shop_id, credit.month_on, credit.attribution_window, credit.channel, credit.currency, count(*) as customers,
    cast(sum(first_touch_ppb) as bigint) as first_touch_ppb, cast(sum(last_touch_ppb) as bigint) as last_touch_ppb,
    cast(sum(last_non_direct_ppb) as bigint) as last_non_direct_ppb, cast(sum(linear_ppb) as bigint) as linear_ppb,
    cast(sum(linear_unique_ppb) as bigint) as linear_unique_ppb, cast(sum(time_decay_ppb) as bigint) as time_decay_ppb,
    cast(sum(position_ppb) as bigint) as position_ppb, cast(sum(markov_1_ppb) as bigint) as markov_1_ppb,
    cast(sum(markov_2_ppb) as bigint) as markov_2_ppb, cast(sum(markov_3_ppb) as bigint) as markov_3_ppb,
    cast(sum(markov_4_ppb) as bigint) as markov_4_ppb, cast(sum(shapley_rate_ppb) as bigint) as shapley_rate_ppb,
    cast(sum(leave_one_out_ppb) as bigint) as leave_one_out_ppb, cast(sum(first_touch_minor) as bigint) as first_touch_minor,
    cast(sum(last_touch_minor) as bigint) as last_touch_minor, cast(sum(last_non_direct_minor) as bigint) as last_non_direct_minor,
    cast(sum(linear_minor) as bigint) as linear_minor, cast(sum(linear_unique_minor) as bigint) as linear_unique_minor,
    cast(sum(time_decay_minor) as bigint) as time_decay_minor, cast(sum(position_minor) as bigint) as position_minor,
    cast(sum(markov_1_minor) as bigint) as markov_1_minor, cast(sum(markov_2_minor) as bigint) as markov_2_minor,
    cast(sum(markov_3_minor) as bigint) as markov_3_minor, cast(sum(markov_4_minor) as bigint) as markov_4_minor,
    cast(sum(shapley_rate_minor) as bigint) as shapley_rate_minor, cast(sum(leave_one_out_minor) as bigint) as leave_one_out_minor,
    sum(cast(first_touch_ppb as decimal(19, 0)) * first_touch_ppb) as first_touch_ppb_squares,
    sum(cast(last_touch_ppb as decimal(19, 0)) * last_touch_ppb) as last_touch_ppb_squares,
    sum(cast(last_non_direct_ppb as decimal(19, 0)) * last_non_direct_ppb) as last_non_direct_ppb_squares,
    sum(cast(linear_ppb as decimal(19, 0)) * linear_ppb) as linear_ppb_squares,
    sum(cast(linear_unique_ppb as decimal(19, 0)) * linear_unique_ppb) as linear_unique_ppb_squares,
    sum(cast(time_decay_ppb as decimal(19, 0)) * time_decay_ppb) as time_decay_ppb_squares,
    sum(cast(position_ppb as decimal(19, 0)) * position_ppb) as position_ppb_squares,
    sum(cast(markov_1_ppb as decimal(19, 0)) * markov_1_ppb) as markov_1_ppb_squares,
    sum(cast(markov_2_ppb as decimal(19, 0)) * markov_2_ppb) as markov_2_ppb_squares,
    sum(cast(markov_3_ppb as decimal(19, 0)) * markov_3_ppb) as markov_3_ppb_squares,
    sum(cast(markov_4_ppb as decimal(19, 0)) * markov_4_ppb) as markov_4_ppb_squares,
    sum(cast(shapley_rate_ppb as decimal(19, 0)) * shapley_rate_ppb) as shapley_rate_ppb_squares,
    sum(cast(leave_one_out_ppb as decimal(19, 0)) * leave_one_out_ppb) as leave_one_out_ppb_squares,
    sum(cast(first_touch_minor as decimal(19, 0)) * first_touch_minor) as first_touch_minor_squares,
    sum(cast(last_touch_minor as decimal(19, 0)) * last_touch_minor) as last_touch_minor_squares,
    sum(cast(last_non_direct_minor as decimal(19, 0)) * last_non_direct_minor) as last_non_direct_minor_squares,
    sum(cast(linear_minor as decimal(19, 0)) * linear_minor) as linear_minor_squares,
    sum(cast(linear_unique_minor as decimal(19, 0)) * linear_unique_minor) as linear_unique_minor_squares,
    sum(cast(time_decay_minor as decimal(19, 0)) * time_decay_minor) as time_decay_minor_squares,
    sum(cast(position_minor as decimal(19, 0)) * position_minor) as position_minor_squares,
    sum(cast(markov_1_minor as decimal(19, 0)) * markov_1_minor) as markov_1_minor_squares,
    sum(cast(markov_2_minor as decimal(19, 0)) * markov_2_minor) as markov_2_minor_squares,
    sum(cast(markov_3_minor as decimal(19, 0)) * markov_3_minor) as markov_3_minor_squares,
    sum(cast(markov_4_minor as decimal(19, 0)) * markov_4_minor) as markov_4_minor_squares,
    sum(cast(shapley_rate_minor as decimal(19, 0)) * shapley_rate_minor) as shapley_rate_minor_squares,
    sum(cast(leave_one_out_minor as decimal(19, 0)) * leave_one_out_minor) as leave_one_out_minor_squares
from attribution.customer_credit as credit
join scope_month as scope on scope.shop_id = credit.shop_id and scope.month_on = credit.month_on
group by credit.shop_id, credit.month_on, credit.attribution_window, credit.channel, credit.currency
having count(*) > 1000
