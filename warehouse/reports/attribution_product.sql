-- description: Money of each product bought by the channel that brought its buyers, in the local month of the order.
-- grain: shop_id, month_on, model, attribution_window, channel, product_id, currency
-- partition: month month_on
-- input attribution.product_money: month month_on
-- as_of: none
-- column shop_id: Shop.
-- column month_on: First day of the local month.
-- column model: Attribution model, as in attribution.
-- column attribution_window: How far back touches count.
-- column channel: Channel credited; `unattributed` without a touch, `not_modelled` for what shapley_rate could not solve.
-- column product_id: Product bought.
-- column currency: ISO 4217 code of the money.
-- column gross_minor: Share of gross of its lines.
-- column discount_minor: Share of their discount.
-- column refund_minor: Share of their refund, whenever made.
-- column net_minor: gross - discount - refund.
-- check fail not_null: shop_id, month_on, model, attribution_window, channel, product_id, currency, gross_minor, net_minor
-- The rule is enough: an order's money bears the month of the order.
with model as (
    select 'first_touch' as model union all select 'last_touch' as model union all select 'last_non_direct' as model union all select 'linear' as model
    union all select 'linear_unique' as model union all select 'time_decay' as model union all select 'position' as model union all select 'markov_1' as model
    union all select 'markov_2' as model union all select 'markov_3' as model union all select 'markov_4' as model union all select 'shapley_rate' as model union all select 'leave_one_out' as model
),

money as (
    select
        money.shop_id, money.month_on, money.attribution_window, money.channel, money.product_id, money.currency, money.measure,
        money.first_touch, money.last_touch, money.last_non_direct, money.linear, money.linear_unique, money.time_decay, money.position,
        money.markov_1, money.markov_2, money.markov_3, money.markov_4, money.shapley_rate, money.leave_one_out
    from attribution.product_money as money
    join scope_month as scope on scope.shop_id = money.shop_id and scope.month_on = money.month_on
),

amount as (
    select
        money.shop_id, money.month_on, model.model, money.attribution_window, money.channel, money.product_id, money.currency, money.measure,
        case model.model
            when 'first_touch' then money.first_touch when 'last_touch' then money.last_touch when 'last_non_direct' then money.last_non_direct when 'linear' then money.linear
            when 'linear_unique' then money.linear_unique when 'time_decay' then money.time_decay when 'position' then money.position when 'markov_1' then money.markov_1
            when 'markov_2' then money.markov_2 when 'markov_3' then money.markov_3 when 'markov_4' then money.markov_4 when 'shapley_rate' then money.shapley_rate
            when 'leave_one_out' then money.leave_one_out
        end as amount
    from money
    cross join model
    union all
    select
        shop_id, month_on, 'shapley_rate' as model, attribution_window, 'not_modelled' as channel, product_id, currency, measure,
        cast(sum(linear) - sum(coalesce(shapley_rate, 0)) as bigint) as amount
    from money
    group by shop_id, month_on, attribution_window, product_id, currency, measure
),

total as (
    select
        shop_id, month_on, model, attribution_window, channel, product_id, currency,
        cast(sum(case when measure = 'gross' then amount else 0 end) as bigint) as gross_minor,
        cast(sum(case when measure = 'discount' then amount else 0 end) as bigint) as discount_minor,
        cast(sum(case when measure = 'refund' then amount else 0 end) as bigint) as refund_minor
    from amount
    where amount <> 0
    group by shop_id, month_on, model, attribution_window, channel, product_id, currency
)

select
    shop_id, month_on, model, attribution_window, channel, product_id, currency, gross_minor, discount_minor, refund_minor,
    gross_minor - discount_minor - refund_minor as net_minor
from total
