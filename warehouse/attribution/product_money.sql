-- description: One row per month, product bought and channel: the money of its lines, credited to the touches that brought it.
-- grain: shop_id, month_on, attribution_window, channel, product_id, currency, measure
-- partition: month month_on
-- solver: product_money, version 1
-- input attribution.touch_credit: month month_on
-- input attribution.order_amount: month ordered_on
-- as_of: none
-- column month_on: First day of the local month of the order.
-- column product_id: Product bought.
-- column measure: gross, discount or refund.
-- column first_touch: What the model credits of the amounts; so each model. An amount is shared once; the last touch takes what the others leave.
-- check fail not_null: shop_id, month_on, attribution_window, channel, product_id, currency, measure, linear
-- The rules are enough: an order's amounts and credit bear its local month; an order that moves to another month is a changed row of both.
-- Touches, and the amounts that they share.
select
    touch.shop_id, touch.conversion_key as order_key, touch.attribution_window, touch.place, touch.channel,
    touch.first_touch_ppb, touch.last_touch_ppb, touch.last_non_direct_ppb, touch.linear_ppb, touch.linear_unique_ppb,
    touch.time_decay_ppb, touch.position_ppb, touch.markov_1_ppb, touch.markov_2_ppb, touch.markov_3_ppb, touch.markov_4_ppb,
    touch.shapley_rate_ppb, touch.leave_one_out_ppb,
    null as month_on, null as product_id, null as currency, null as measure, null as amount
from attribution.touch_credit as touch
join scope_month as scope on scope.shop_id = touch.shop_id and scope.month_on = touch.month_on
where touch.conversion_type = 'purchase'
union all
select
    amount.shop_id, amount.order_key, null, null, null,
    null, null, null, null, null, null, null, null, null, null, null, null, null,
    scope.month_on, amount.product_id, amount.currency, amount.measure, amount.amount
from attribution.order_amount as amount
join scope_month as scope
    on scope.shop_id = amount.shop_id and scope.month_on = cast(date_trunc('month', amount.ordered_on) as date)
where amount.measure in ('gross', 'discount', 'refund')
