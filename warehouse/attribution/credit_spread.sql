-- description: One row per month, channel of more than 1,000 customers and model: the 95 % interval of its credit in closed form.
-- grain: shop_id, month_on, attribution_window, channel, currency, model
-- partition: month month_on
-- input attribution.credit_moment: month month_on
-- as_of: none
-- column customers: Customers with the channel in a path.
-- column credited_low_ppb: Total - 1.959964 roots of the sum of squares: the variance of customers drawn Poisson(1) times, as in credit_replicate.
-- check fail not_null: shop_id, month_on, attribution_window, channel, currency, model, credited_low_ppb, net_high_minor
-- check fail ends_are_ordered: credited_low_ppb <= credited_high_ppb and net_low_minor <= net_high_minor
-- The rule is enough: a row is a row of the input, model by model.
with model as (
    select 'first_touch' as model union all select 'last_touch' union all select 'last_non_direct' union all select 'linear' union all
    select 'linear_unique' union all select 'time_decay' union all select 'position' union all select 'markov_1' union all
    select 'markov_2' union all select 'markov_3' union all select 'markov_4' union all select 'shapley_rate' union all
    select 'leave_one_out'
),

told as (
    select
        moment.shop_id, moment.month_on, moment.attribution_window, moment.channel, moment.currency, model.model, moment.customers,
        case model.model when 'first_touch' then moment.first_touch_ppb when 'last_touch' then moment.last_touch_ppb
            when 'last_non_direct' then moment.last_non_direct_ppb when 'linear' then moment.linear_ppb
            when 'linear_unique' then moment.linear_unique_ppb when 'time_decay' then moment.time_decay_ppb when 'position' then moment.position_ppb
            when 'markov_1' then moment.markov_1_ppb when 'markov_2' then moment.markov_2_ppb when 'markov_3' then moment.markov_3_ppb
            when 'markov_4' then moment.markov_4_ppb when 'shapley_rate' then moment.shapley_rate_ppb
            when 'leave_one_out' then moment.leave_one_out_ppb end as credited_ppb,
        case model.model when 'first_touch' then moment.first_touch_minor when 'last_touch' then moment.last_touch_minor
            when 'last_non_direct' then moment.last_non_direct_minor when 'linear' then moment.linear_minor
            when 'linear_unique' then moment.linear_unique_minor when 'time_decay' then moment.time_decay_minor
            when 'position' then moment.position_minor when 'markov_1' then moment.markov_1_minor when 'markov_2' then moment.markov_2_minor
            when 'markov_3' then moment.markov_3_minor when 'markov_4' then moment.markov_4_minor when 'shapley_rate' then moment.shapley_rate_minor
            when 'leave_one_out' then moment.leave_one_out_minor end as net_minor,
        case model.model when 'first_touch' then moment.first_touch_ppb_squares when 'last_touch' then moment.last_touch_ppb_squares
            when 'last_non_direct' then moment.last_non_direct_ppb_squares when 'linear' then moment.linear_ppb_squares
            when 'linear_unique' then moment.linear_unique_ppb_squares when 'time_decay' then moment.time_decay_ppb_squares
            when 'position' then moment.position_ppb_squares when 'markov_1' then moment.markov_1_ppb_squares
            when 'markov_2' then moment.markov_2_ppb_squares when 'markov_3' then moment.markov_3_ppb_squares
            when 'markov_4' then moment.markov_4_ppb_squares when 'shapley_rate' then moment.shapley_rate_ppb_squares
            when 'leave_one_out' then moment.leave_one_out_ppb_squares end as credited_squares,
        case model.model when 'first_touch' then moment.first_touch_minor_squares when 'last_touch' then moment.last_touch_minor_squares
            when 'last_non_direct' then moment.last_non_direct_minor_squares when 'linear' then moment.linear_minor_squares
            when 'linear_unique' then moment.linear_unique_minor_squares when 'time_decay' then moment.time_decay_minor_squares
            when 'position' then moment.position_minor_squares when 'markov_1' then moment.markov_1_minor_squares
            when 'markov_2' then moment.markov_2_minor_squares when 'markov_3' then moment.markov_3_minor_squares
            when 'markov_4' then moment.markov_4_minor_squares when 'shapley_rate' then moment.shapley_rate_minor_squares
            when 'leave_one_out' then moment.leave_one_out_minor_squares end as net_squares
    from attribution.credit_moment as moment
    join scope_month as scope on scope.shop_id = moment.shop_id and scope.month_on = moment.month_on
    cross join model
),

-- the one place where a root is taken: whole billionths and minor units again at once
half as (
    select
        shop_id, month_on, attribution_window, channel, currency, model, customers, credited_ppb, net_minor,
        cast(cast(1.959964 * sqrt(cast(credited_squares as double)) as decimal(38, 0)) as bigint) as half_ppb,
        cast(cast(1.959964 * sqrt(cast(net_squares as double)) as decimal(38, 0)) as bigint) as half_minor
    from told
    -- a model that could not be solved has no credit
    where credited_ppb is not null
)

select
    shop_id, month_on, attribution_window, channel, currency, model, customers,
    credited_ppb - half_ppb as credited_low_ppb, credited_ppb + half_ppb as credited_high_ppb,
    net_minor - half_minor as net_low_minor, net_minor + half_minor as net_high_minor
from half
