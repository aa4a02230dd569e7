-- description: How far the models disagree on what a channel, campaign or ad is credited with, in the local month of the order.
-- grain: shop_id, month_on, attribution_window, level, level_id, currency
-- partition: month month_on
-- input reports.attribution: month month_on
-- as_of: none
-- column shop_id: Shop.
-- column month_on: First day of the local month of the orders.
-- column attribution_window: Look-back of a touch before the order.
-- column level: channel, campaign or ad.
-- column level_id: What is credited; else `unattributed`, `no_ad` or `unknown`.
-- column level_name: Its name.
-- column currency: ISO 4217 code of the money.
-- column models: Models compared: those that could be solved for the month.
-- column credited_min_ppb: Orders credited by the model that credits fewest, in parts per billion of an order.
-- column credited_min_model: That model; of several the first by name.
-- column credited_max_ppb: Orders credited by the model that credits most.
-- column credited_max_model: That model.
-- column credited_spread_ppb: The difference: what the choice of the model decides.
-- column net_spread_minor: The same of net revenue.
-- column net_min_minor: Least net revenue that a model credits.
-- column net_min_model: That model.
-- column net_max_minor: Most net revenue that a model credits.
-- column net_max_model: That model.
-- check fail not_null: shop_id, month_on, attribution_window, level, level_id, level_name, currency, models, credited_min_ppb, net_min_minor
-- The rule is enough: a row compares the models of one month, and the input carries that month.
with told as (
    select
        credit.shop_id, credit.month_on, credit.attribution_window, credit.model, credit.level, credit.level_id, credit.level_name,
        credit.currency, credit.credited_ppb, credit.net_minor
    from reports.attribution as credit
    join scope_month as scope on scope.shop_id = credit.shop_id and scope.month_on = credit.month_on
    where credit.level in ('channel', 'campaign', 'ad')
),

model as (
    select shop_id, month_on, attribution_window, model
    from told
    group by shop_id, month_on, attribution_window, model
    having sum(case when level_id = 'not_modelled' then abs(credited_ppb) else 0 end) = 0
),

credited as (
    select shop_id, month_on, attribution_window, level, level_id, currency, max(level_name) as level_name
    from told
    where level_id <> 'not_modelled'
    group by shop_id, month_on, attribution_window, level, level_id, currency
    having max(abs(credited_ppb)) > 0 or max(abs(net_minor)) > 0
),

compared as (
    select
        credited.shop_id, credited.month_on, credited.attribution_window, credited.level, credited.level_id, credited.currency,
        credited.level_name, model.model,
        coalesce(told.credited_ppb, 0) as credited_ppb,
        coalesce(told.net_minor, 0) as net_minor
    from credited
    join model using (shop_id, month_on, attribution_window)
    left join told using (shop_id, month_on, attribution_window, level, level_id, currency, model)
),

ranked as (
    select
        shop_id, month_on, attribution_window, level, level_id, currency, level_name, model, credited_ppb, net_minor,
        row_number() over (this_row order by credited_ppb, model) as from_fewest,
        row_number() over (this_row order by credited_ppb desc, model) as from_most,
        row_number() over (this_row order by net_minor, model) as from_least_net,
        row_number() over (this_row order by net_minor desc, model) as from_most_net
    from compared
    window this_row as (partition by shop_id, month_on, attribution_window, level, level_id, currency)
)

select
    shop_id, month_on, attribution_window, level, level_id, max(level_name) as level_name, currency, count(*) as models,
    min(credited_ppb) as credited_min_ppb, max(case when from_fewest = 1 then model end) as credited_min_model,
    max(credited_ppb) as credited_max_ppb, max(case when from_most = 1 then model end) as credited_max_model,
    max(credited_ppb) - min(credited_ppb) as credited_spread_ppb, max(net_minor) - min(net_minor) as net_spread_minor,
    min(net_minor) as net_min_minor, max(case when from_least_net = 1 then model end) as net_min_model,
    max(net_minor) as net_max_minor, max(case when from_most_net = 1 then model end) as net_max_model
from ranked
group by shop_id, month_on, attribution_window, level, level_id, currency
