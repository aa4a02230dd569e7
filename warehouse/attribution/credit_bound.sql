-- description: One row per month, channel of up to 1,000 customers and model: the 95 % bootstrap interval of its orders and net revenue.
-- grain: shop_id, month_on, attribution_window, channel, currency, model
-- partition: month month_on
-- input attribution.customer_credit: month month_on
-- input attribution.credit_replicate: month month_on
-- as_of: none
-- column customers: Customers with the channel in a path.
-- column credited_low_ppb: The 5th smallest of 199 replicates; of 199 values the 5th and the 195th are the 2.5 and 97.5 % quantiles.
-- check fail not_null: shop_id, month_on, attribution_window, channel, currency, model, credited_low_ppb, net_high_minor
-- check fail ends_are_ordered: credited_low_ppb <= credited_high_ppb and net_low_minor <= net_high_minor
-- The rules are enough: a row ranks the replicates of one month, and both inputs carry that month.
with digit as (
    select 0 as digit union all select 1 union all select 2 union all select 3
),

replicate as (
    select 64 * a.digit + 16 * b.digit + 4 * c.digit + d.digit as replicate
    from digit as a cross join digit as b cross join digit as c cross join digit as d
),

model as (
    select 'first_touch' as model union all select 'last_touch' union all select 'last_non_direct' union all select 'linear' union all
    select 'linear_unique' union all select 'time_decay' union all select 'position' union all select 'markov_1' union all
    select 'markov_2' union all select 'markov_3' union all select 'markov_4' union all select 'shapley_rate' union all
    select 'leave_one_out'
),

cell as (
    select told.shop_id, told.month_on, told.attribution_window, told.channel, told.currency, count(*) as customers
    from attribution.customer_credit as told
    join scope_month as scope on scope.shop_id = told.shop_id and scope.month_on = told.month_on
    group by told.shop_id, told.month_on, told.attribution_window, told.channel, told.currency
),

value as (
    select
        cell.shop_id, cell.month_on, cell.attribution_window, cell.channel, cell.currency, cell.customers,
        model.model, replicate.replicate,
        case when drawn.replicate is null then 0 else case model.model
            when 'first_touch' then drawn.first_touch_ppb when 'last_touch' then drawn.last_touch_ppb when 'last_non_direct' then drawn.last_non_direct_ppb
            when 'linear' then drawn.linear_ppb when 'linear_unique' then drawn.linear_unique_ppb when 'time_decay' then drawn.time_decay_ppb
            when 'position' then drawn.position_ppb when 'markov_1' then drawn.markov_1_ppb when 'markov_2' then drawn.markov_2_ppb
            when 'markov_3' then drawn.markov_3_ppb when 'markov_4' then drawn.markov_4_ppb when 'shapley_rate' then drawn.shapley_rate_ppb
            when 'leave_one_out' then drawn.leave_one_out_ppb
        end end as credited_ppb,
        case when drawn.replicate is null then 0 else case model.model
            when 'first_touch' then drawn.first_touch_minor when 'last_touch' then drawn.last_touch_minor when 'last_non_direct' then drawn.last_non_direct_minor
            when 'linear' then drawn.linear_minor when 'linear_unique' then drawn.linear_unique_minor when 'time_decay' then drawn.time_decay_minor
            when 'position' then drawn.position_minor when 'markov_1' then drawn.markov_1_minor when 'markov_2' then drawn.markov_2_minor
            when 'markov_3' then drawn.markov_3_minor when 'markov_4' then drawn.markov_4_minor when 'shapley_rate' then drawn.shapley_rate_minor
            when 'leave_one_out' then drawn.leave_one_out_minor
        end end as net_minor
    from cell
    cross join model
    join replicate on replicate.replicate between 1 and 199
    left join attribution.credit_replicate as drawn
        using (shop_id, month_on, attribution_window, channel, currency, replicate)
),

ranked as (
    select
        shop_id, month_on, attribution_window, channel, currency, model, customers, credited_ppb, net_minor,
        row_number() over (this_row order by credited_ppb) as credited_place,
        row_number() over (this_row order by net_minor) as net_place
    from value
    window this_row as (partition by shop_id, month_on, attribution_window, channel, currency, model)
)

select
    shop_id, month_on, attribution_window, channel, currency, model,
    max(customers) as customers,
    max(case when credited_place = 5 then credited_ppb end) as credited_low_ppb,
    max(case when credited_place = 195 then credited_ppb end) as credited_high_ppb,
    max(case when net_place = 5 then net_minor end) as net_low_minor,
    max(case when net_place = 195 then net_minor end) as net_high_minor
from ranked
group by shop_id, month_on, attribution_window, channel, currency, model
-- a model that could not be solved has no credit to rank
having count(credited_ppb) = 199
