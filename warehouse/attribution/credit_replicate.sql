-- description: One row per month, channel of up to 1,000 customers and bootstrap replicate: the credit that other customers might have made.
-- grain: shop_id, month_on, attribution_window, channel, currency, replicate
-- partition: month month_on
-- input attribution.customer_credit: month month_on
-- as_of: none
-- column replicate: 1 to 199, of the Poisson bootstrap (Chamandy et al., Estimating Uncertainty for Massive Data Streams, 2012).
-- column first_touch_ppb: Orders of the replicate; no row where it draws none of the channel's customers. So for each model.
-- check fail not_null: shop_id, month_on, attribution_window, channel, currency, replicate
-- check fail is_drawn: replicate between 1 and 199
-- The rule is enough: a row sums customers of its own month; a weight depends on the customer's key alone.
with digit as (
    select 0 as digit union all select 1 as digit union all select 2 as digit union all select 3 as digit
),

number as (
    select 4 * high.digit + low.digit as number from digit as high cross join digit as low
),

customer as (
    select credit.shop_id, credit.customer_key, row_number() over (order by credit.shop_id, credit.customer_key) as customer
    from attribution.customer_credit as credit
    join scope_month as scope on scope.shop_id = credit.shop_id and scope.month_on = credit.month_on
    group by credit.shop_id, credit.customer_key
),

hashed as (
    select
        customer.customer, number.number as block,
        sha256(cast(number.number as varchar) || ' ' || customer.customer_key) as hash
    from customer cross join number
    where number.number < 13
),

sliced as (
    select hashed.customer, 16 * hashed.block + number.number + 1 as replicate, substr(hashed.hash, 4 * number.number + 1, 4) as slice
    from hashed cross join number
),

-- Poisson(1) by its distribution function in 65536ths; the mean of these weights is exactly 1
drawn as (
    select
        customer, replicate,
        case
            when slice < 'bc5b' then 1 when slice < 'eb71' then 2 when slice < 'fb24' then 3 when slice < 'ff10' then 4
            when slice < 'ffd9' then 5 when slice < 'fffb' then 6 when slice < 'ffff' then 7 else 8
        end as weight
    from sliced
    where replicate < 200 and slice >= '5e2d'
)

select
    share.shop_id, share.month_on, share.attribution_window, share.channel, share.currency, drawn.replicate,
    cast(sum(first_touch_ppb * weight) as bigint) as first_touch_ppb, cast(sum(last_touch_ppb * weight) as bigint) as last_touch_ppb,
    cast(sum(last_non_direct_ppb * weight) as bigint) as last_non_direct_ppb, cast(sum(linear_ppb * weight) as bigint) as linear_ppb,
    cast(sum(linear_unique_ppb * weight) as bigint) as linear_unique_ppb, cast(sum(time_decay_ppb * weight) as bigint) as time_decay_ppb,
    cast(sum(position_ppb * weight) as bigint) as position_ppb, cast(sum(markov_1_ppb * weight) as bigint) as markov_1_ppb,
    cast(sum(markov_2_ppb * weight) as bigint) as markov_2_ppb, cast(sum(markov_3_ppb * weight) as bigint) as markov_3_ppb,
    cast(sum(markov_4_ppb * weight) as bigint) as markov_4_ppb, cast(sum(shapley_rate_ppb * weight) as bigint) as shapley_rate_ppb,
    cast(sum(leave_one_out_ppb * weight) as bigint) as leave_one_out_ppb, cast(sum(first_touch_minor * weight) as bigint) as first_touch_minor,
    cast(sum(last_touch_minor * weight) as bigint) as last_touch_minor, cast(sum(last_non_direct_minor * weight) as bigint) as last_non_direct_minor,
    cast(sum(linear_minor * weight) as bigint) as linear_minor, cast(sum(linear_unique_minor * weight) as bigint) as linear_unique_minor,
    cast(sum(time_decay_minor * weight) as bigint) as time_decay_minor, cast(sum(position_minor * weight) as bigint) as position_minor,
    cast(sum(markov_1_minor * weight) as bigint) as markov_1_minor, cast(sum(markov_2_minor * weight) as bigint) as markov_2_minor,
    cast(sum(markov_3_minor * weight) as bigint) as markov_3_minor, cast(sum(markov_4_minor * weight) as bigint) as markov_4_minor,
    cast(sum(shapley_rate_minor * weight) as bigint) as shapley_rate_minor, cast(sum(leave_one_out_minor * weight) as bigint) as leave_one_out_minor
from attribution.customer_credit as share
join scope_month as scope on scope.shop_id = share.shop_id and scope.month_on = share.month_on
join customer on customer.shop_id = share.shop_id and customer.customer_key = share.customer_key
join drawn on drawn.customer = customer.customer
group by share.shop_id, share.month_on, share.attribution_window, share.channel, share.currency, drawn.replicate
