-- description: One row per month, product bought and channel: the money of its lines, credited to the touches that brought it.
-- grain: shop_id, month_on, attribution_window, channel, product_id, currency, measure
-- partition: month month_on
-- input attribution.touch_credit: month month_on
-- input attribution.order_amount: month ordered_on
-- as_of: none
-- column month_on: First day of the local month of the order.
-- column product_id: Product bought.
-- column measure: gross, discount or refund.
-- column first_touch: What the model credits of the amounts; so each model. An amount is shared once; the last touch takes what the others leave.
-- check fail not_null: shop_id, month_on, attribution_window, channel, product_id, currency, measure, linear
-- The rules are enough: an order's amounts and credit bear its local month; an order that moves to another month is a changed row of both.
with touch as (
    select
        touch.shop_id, touch.conversion_key as order_key, touch.attribution_window, touch.place, touch.touches,
        touch.month_on, touch.channel,
        touch.first_touch_ppb, touch.last_touch_ppb, touch.last_non_direct_ppb, touch.linear_ppb, touch.linear_unique_ppb,
        touch.time_decay_ppb, touch.position_ppb, touch.markov_1_ppb, touch.markov_2_ppb, touch.markov_3_ppb, touch.markov_4_ppb,
        touch.shapley_rate_ppb, touch.leave_one_out_ppb
    from attribution.touch_credit as touch
    join scope_month as scope on scope.shop_id = touch.shop_id and scope.month_on = touch.month_on
    where touch.conversion_type = 'purchase'
),

-- not from what is above: a part that is read three times is kept, and each reading of it costs
last_touch as (
    select touch.shop_id, touch.conversion_key as order_key, touch.attribution_window, touch.channel as last_channel
    from attribution.touch_credit as touch
    join scope_month as scope on scope.shop_id = touch.shop_id and scope.month_on = touch.month_on
    where touch.conversion_type = 'purchase' and touch.place = touch.touches and touch.touches > 1
),

-- what a touch before the last one gets, and once more with the other sign, because the last one does not get it
sign as (
    select 1 as sign union all select -1
),

given as (
    select
        shop_id, month_on, attribution_window, product_id, currency, measure,
        case sign when 1 then touch.channel else last_channel end as channel,
        sign * case when first_touch_ppb = 0 then 0 else amount end as first_touch,
        sign * case when last_touch_ppb = 0 then 0 else amount end as last_touch,
        sign * case when last_non_direct_ppb = 0 then 0 else amount end as last_non_direct,
        sign * (high * linear_ppb + low * linear_ppb // 1000000000) as linear,
        sign * (high * linear_unique_ppb + low * linear_unique_ppb // 1000000000) as linear_unique,
        sign * (high * time_decay_ppb + low * time_decay_ppb // 1000000000) as time_decay,
        sign * (high * position_ppb + low * position_ppb // 1000000000) as position,
        sign * (high * markov_1_ppb + low * markov_1_ppb // 1000000000) as markov_1,
        sign * (high * markov_2_ppb + low * markov_2_ppb // 1000000000) as markov_2,
        sign * (high * markov_3_ppb + low * markov_3_ppb // 1000000000) as markov_3,
        sign * (high * markov_4_ppb + low * markov_4_ppb // 1000000000) as markov_4,
        sign * (high * shapley_rate_ppb + low * shapley_rate_ppb // 1000000000) as shapley_rate,
        sign * (high * leave_one_out_ppb + low * leave_one_out_ppb // 1000000000) as leave_one_out
    from touch
    join attribution.order_amount as amount using (shop_id, order_key)
    join last_touch using (shop_id, order_key, attribution_window)
    cross join sign
    where place < touches and measure in ('gross', 'discount', 'refund')
    union all
    select
        shop_id, month_on, attribution_window, product_id, currency, measure, touch.channel,
        amount, amount, amount, amount, amount, amount, amount, amount, amount, amount, amount, amount + 0 * shapley_rate_ppb, amount
    from touch
    join attribution.order_amount as amount using (shop_id, order_key)
    where place = touches and measure in ('gross', 'discount', 'refund')
)

select
    shop_id, month_on, attribution_window, channel, product_id, currency, measure,
    cast(sum(first_touch) as bigint) as first_touch, cast(sum(last_touch) as bigint) as last_touch,
    cast(sum(last_non_direct) as bigint) as last_non_direct, cast(sum(linear) as bigint) as linear,
    cast(sum(linear_unique) as bigint) as linear_unique, cast(sum(time_decay) as bigint) as time_decay,
    cast(sum(position) as bigint) as position, cast(sum(markov_1) as bigint) as markov_1, cast(sum(markov_2) as bigint) as markov_2,
    cast(sum(markov_3) as bigint) as markov_3, cast(sum(markov_4) as bigint) as markov_4,
    cast(sum(shapley_rate) as bigint) as shapley_rate, cast(sum(leave_one_out) as bigint) as leave_one_out
from given
group by shop_id, month_on, attribution_window, channel, product_id, currency, measure
