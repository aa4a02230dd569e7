-- description: One row per local day and what touches show: orders by kind of buyer and money credited, unattributed ones included.
-- grain: shop_id, day_on, attribution_window, channel, ad_id, product_id, currency, measure
-- partition: day day_on
-- input attribution.touch_credit: day converted_on
-- input attribution.money_daily: day counted_on
-- input staging.orders: day ordered_on
-- input staging.refund: day counted_on
-- as_of: none
-- column attribution_window: '' for what is the same in each: money given back without an order, which nobody brought.
-- column measure: new_buyer, returning_buyer, unknown_buyer (orders, in parts per billion), or a measure of attribution.order_amount.
-- column first_touch: What the model credits, so each model; of shapley_rate without what it could not solve.
-- check fail not_null: shop_id, day_on, attribution_window, channel, ad_id, product_id, currency, measure, linear
-- The rules are enough: orders and their credit bear one day; money names the day that it counts on, and so does a refund that stands alone.
with lone_refund as (
    select refund.shop_id, refund.counted_on, refund.currency, refund.refund_minor
    from staging.refund as refund
    join scope_day as scope on scope.shop_id = refund.shop_id and scope.day_on = refund.counted_on
    where not refund.is_on_order
),

refund_measure as (
    select 'refund' as measure
    union all
    select 'cash_refund' as measure
),

credit as (
    select
        touch.shop_id, touch.converted_on as day_on, touch.attribution_window, touch.channel,
        coalesce(touch.ad_id, '') as ad_id, coalesce(touch.product_id, '') as product_id, orders.currency,
        case when orders.person_key = '' then 'unknown_buyer' when orders.is_new then 'new_buyer' else 'returning_buyer' end as measure,
        touch.first_touch_ppb as first_touch, touch.last_touch_ppb as last_touch, touch.last_non_direct_ppb as last_non_direct,
        touch.linear_ppb as linear, touch.linear_unique_ppb as linear_unique, touch.time_decay_ppb as time_decay, touch.position_ppb as position,
        touch.markov_1_ppb as markov_1, touch.markov_2_ppb as markov_2, touch.markov_3_ppb as markov_3, touch.markov_4_ppb as markov_4,
        touch.shapley_rate_ppb as shapley_rate, touch.leave_one_out_ppb as leave_one_out
    from attribution.touch_credit as touch
    join scope_day as scope on scope.shop_id = touch.shop_id and scope.day_on = touch.converted_on
    join staging.orders as orders on orders.shop_id = touch.shop_id and orders.order_key = touch.conversion_key
    where touch.conversion_type = 'purchase'
    union all
    select
        money.shop_id, money.counted_on as day_on, money.attribution_window, money.channel, money.ad_id, money.product_id,
        money.currency, money.measure,
        money.first_touch, money.last_touch, money.last_non_direct, money.linear, money.linear_unique, money.time_decay, money.position,
        money.markov_1, money.markov_2, money.markov_3, money.markov_4, money.shapley_rate, money.leave_one_out
    from attribution.money_daily as money
    join scope_day as scope on scope.shop_id = money.shop_id and scope.day_on = money.counted_on
    union all
    select
        lone_refund.shop_id, lone_refund.counted_on as day_on, '' as attribution_window, 'unattributed' as channel, '' as ad_id,
        '' as product_id, lone_refund.currency, refund_measure.measure,
        refund_minor, refund_minor, refund_minor, refund_minor, refund_minor, refund_minor, refund_minor, refund_minor, refund_minor, refund_minor,
        refund_minor, refund_minor, refund_minor
    from lone_refund
    cross join refund_measure
)

select
    shop_id, day_on, attribution_window, channel, ad_id, product_id, currency, measure,
    cast(sum(first_touch) as bigint) as first_touch, cast(sum(last_touch) as bigint) as last_touch,
    cast(sum(last_non_direct) as bigint) as last_non_direct, cast(sum(linear) as bigint) as linear,
    cast(sum(linear_unique) as bigint) as linear_unique, cast(sum(time_decay) as bigint) as time_decay, cast(sum(position) as bigint) as position,
    cast(sum(markov_1) as bigint) as markov_1, cast(sum(markov_2) as bigint) as markov_2, cast(sum(markov_3) as bigint) as markov_3,
    cast(sum(markov_4) as bigint) as markov_4, cast(sum(shapley_rate) as bigint) as shapley_rate, cast(sum(leave_one_out) as bigint) as leave_one_out
from credit
group by shop_id, day_on, attribution_window, channel, ad_id, product_id, currency, measure
