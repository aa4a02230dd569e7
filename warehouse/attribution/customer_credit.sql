-- description: One row per month, channel of up to 1,000 customers and customer: orders and net revenue that each model credits.
-- grain: shop_id, month_on, attribution_window, channel, currency, customer_key
-- partition: month month_on
-- input attribution.touch_credit: month month_on
-- input attribution.conversion_value: month month_on
-- as_of: none
-- column first_touch_ppb: Orders in parts per billion; so for each model, null where the model could not be solved.
-- column first_touch_minor: Net revenue, cut to the minor unit per customer: for intervals, not for totals; so for each model.
-- check fail not_null: shop_id, month_on, attribution_window, channel, currency, customer_key, linear_ppb, linear_minor
-- The rules are enough: a row sums conversions of its own month, and both inputs carry the month of the conversion they are about.
with value as (
    select
        told.shop_id, told.month_on, told.conversion_key, told.customer_key, told.currency,
        cast(told.net_minor as decimal(28, 0)) as net
    from attribution.conversion_value as told
    join scope_month as scope on scope.shop_id = told.shop_id and scope.month_on = told.month_on
    where told.conversion_type = 'purchase'
),

share as (
    select
        touch.shop_id, touch.month_on, touch.attribution_window, touch.channel, value.currency, value.customer_key, value.net,
        touch.first_touch_ppb, touch.last_touch_ppb, touch.last_non_direct_ppb, touch.linear_ppb, touch.linear_unique_ppb,
        touch.time_decay_ppb, touch.position_ppb, touch.markov_1_ppb, touch.markov_2_ppb, touch.markov_3_ppb, touch.markov_4_ppb,
        touch.shapley_rate_ppb, touch.leave_one_out_ppb
    from attribution.touch_credit as touch
    join value on value.shop_id = touch.shop_id and value.month_on = touch.month_on and value.conversion_key = touch.conversion_key
    where touch.conversion_type = 'purchase' and touch.channel <> 'unattributed'
),

-- beyond, credit_spread tells the ends without a draw
cell as (
    select shop_id, month_on, attribution_window, channel, currency
    from share
    group by shop_id, month_on, attribution_window, channel, currency
    having count(distinct customer_key) <= 1000
),

product as (
    select
        shop_id, month_on, attribution_window, channel, currency, customer_key,
        cast(sum(first_touch_ppb) as bigint) as first_touch_ppb, cast(sum(last_touch_ppb) as bigint) as last_touch_ppb,
        cast(sum(last_non_direct_ppb) as bigint) as last_non_direct_ppb, cast(sum(linear_ppb) as bigint) as linear_ppb,
        cast(sum(linear_unique_ppb) as bigint) as linear_unique_ppb, cast(sum(time_decay_ppb) as bigint) as time_decay_ppb,
        cast(sum(position_ppb) as bigint) as position_ppb, cast(sum(markov_1_ppb) as bigint) as markov_1_ppb,
        cast(sum(markov_2_ppb) as bigint) as markov_2_ppb, cast(sum(markov_3_ppb) as bigint) as markov_3_ppb,
        cast(sum(markov_4_ppb) as bigint) as markov_4_ppb, cast(sum(shapley_rate_ppb) as bigint) as shapley_rate_ppb,
        cast(sum(leave_one_out_ppb) as bigint) as leave_one_out_ppb,
        sum(net * first_touch_ppb) as first_touch, sum(net * last_touch_ppb) as last_touch,
        sum(net * last_non_direct_ppb) as last_non_direct, sum(net * linear_ppb) as linear,
        sum(net * linear_unique_ppb) as linear_unique, sum(net * time_decay_ppb) as time_decay,
        sum(net * position_ppb) as position, sum(net * markov_1_ppb) as markov_1,
        sum(net * markov_2_ppb) as markov_2, sum(net * markov_3_ppb) as markov_3,
        sum(net * markov_4_ppb) as markov_4, sum(net * shapley_rate_ppb) as shapley_rate,
        sum(net * leave_one_out_ppb) as leave_one_out
    from share
    join cell using (shop_id, month_on, attribution_window, channel, currency)
    group by shop_id, month_on, attribution_window, channel, currency, customer_key
)

select
    shop_id, month_on, attribution_window, channel, currency, customer_key,
    first_touch_ppb, last_touch_ppb, last_non_direct_ppb, linear_ppb, linear_unique_ppb,
    time_decay_ppb, position_ppb, markov_1_ppb, markov_2_ppb, markov_3_ppb,
    markov_4_ppb, shapley_rate_ppb, leave_one_out_ppb,
    cast((first_touch - mod(first_touch, 1000000000)) / 1000000000 as bigint) as first_touch_minor,
    cast((last_touch - mod(last_touch, 1000000000)) / 1000000000 as bigint) as last_touch_minor,
    cast((last_non_direct - mod(last_non_direct, 1000000000)) / 1000000000 as bigint) as last_non_direct_minor,
    cast((linear - mod(linear, 1000000000)) / 1000000000 as bigint) as linear_minor,
    cast((linear_unique - mod(linear_unique, 1000000000)) / 1000000000 as bigint) as linear_unique_minor,
    cast((time_decay - mod(time_decay, 1000000000)) / 1000000000 as bigint) as time_decay_minor,
    cast((position - mod(position, 1000000000)) / 1000000000 as bigint) as position_minor,
    cast((markov_1 - mod(markov_1, 1000000000)) / 1000000000 as bigint) as markov_1_minor,
    cast((markov_2 - mod(markov_2, 1000000000)) / 1000000000 as bigint) as markov_2_minor,
    cast((markov_3 - mod(markov_3, 1000000000)) / 1000000000 as bigint) as markov_3_minor,
    cast((markov_4 - mod(markov_4, 1000000000)) / 1000000000 as bigint) as markov_4_minor,
    cast((shapley_rate - mod(shapley_rate, 1000000000)) / 1000000000 as bigint) as shapley_rate_minor,
    cast((leave_one_out - mod(leave_one_out, 1000000000)) / 1000000000 as bigint) as leave_one_out_minor
from product
