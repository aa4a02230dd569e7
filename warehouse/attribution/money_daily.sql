-- description: One row per day and what touched the buyers: the money of orders, credited to the touches that brought it.
-- grain: shop_id, ordered_on, counted_on, attribution_window, channel, ad_id, product_id, currency, measure
-- partition: day ordered_on
-- solver: money_daily, version 1
-- input attribution.touch_credit: day converted_on
-- input attribution.order_amount: day ordered_on
-- as_of: none
-- column counted_on: Day that a report counts it on: the order's, of a cash refund its own.
-- column product_id: Product that the touch showed.
-- column first_touch: What the model credits of the amounts; so each model. An amount is shared once; the last touch takes what the others leave.
-- check fail not_null: shop_id, ordered_on, counted_on, attribution_window, channel, ad_id, product_id, currency, measure, linear
-- The rules are enough: an order's amounts and credit bear its local day; an order that moves to another day is a changed row of both.
-- Touches, and the amounts that they share.
select
    touch.shop_id, touch.conversion_key as order_key, touch.attribution_window, touch.place, touch.channel,
    coalesce(touch.ad_id, '') as ad_id, coalesce(touch.product_id, '') as product_id,
    touch.first_touch_ppb, touch.last_touch_ppb, touch.last_non_direct_ppb, touch.linear_ppb, touch.linear_unique_ppb,
    touch.time_decay_ppb, touch.position_ppb, touch.markov_1_ppb, touch.markov_2_ppb, touch.markov_3_ppb, touch.markov_4_ppb,
    touch.shapley_rate_ppb, touch.leave_one_out_ppb,
    null as ordered_on, null as counted_on, null as currency, null as measure, null as amount
from attribution.touch_credit as touch
join scope_day as scope on scope.shop_id = touch.shop_id and scope.day_on = touch.converted_on
where touch.conversion_type = 'purchase'
union all
select
    amount.shop_id, amount.order_key, null, null, null, null, null,
    null, null, null, null, null, null, null, null, null, null, null, null, null,
    amount.ordered_on, amount.counted_on, amount.currency, amount.measure, amount.amount
from attribution.order_amount as amount
join scope_day as scope on scope.shop_id = amount.shop_id and scope.day_on = amount.ordered_on
