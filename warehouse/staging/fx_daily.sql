-- description: One row per shop, day and currency of money moved that day: what converts it to the shop's reporting currency.
-- grain: shop_id, day_on, currency
-- partition: day day_on
-- input staging.order_telling: day ordered_on
-- input staging.refund_counted: day refunded_on
-- input raw.store_sale: day occurred_on
-- input raw.ad_spend: day occurred_on
-- input staging.shop: shop
-- input staging.fx_in_force: within day_on day_on until_on
-- as_of: none
-- column reporting_currency: The shop's; of a shop that nobody claimed, the money's own.
-- column rate_on: Day of the rate, the last one told until then; null where none is needed or none is told.
-- column rate_e9: Billionths of the currency that a euro cost.
-- column reporting_rate_on: As rate_on, of the reporting currency.
-- column reporting_rate_e9: As rate_e9, of the reporting currency.
-- column multiplier: A reporting minor unit is minor units * multiplier / divisor; 1 in the reporting currency itself, null without a rate.
-- check fail not_null: shop_id, day_on, currency, reporting_currency
-- check warn has_a_rate: multiplier is not null
-- The rules are enough: money of a day is converted by the rates in force that day: a rate that begins, ends or changes reaches the stored days it counts on.
with money as (
    select telling.shop_id, telling.ordered_on as day_on, telling.currency
    from staging.order_telling as telling
    join scope_day as scope on scope.shop_id = telling.shop_id and scope.day_on = telling.ordered_on
    union
    select refund.shop_id, refund.refunded_on as day_on, refund.currency
    from staging.refund_counted as refund
    join scope_day as scope on scope.shop_id = refund.shop_id and scope.day_on = refund.refunded_on
    union
    select sale.shop_id, sale.occurred_on as day_on, sale.currency
    from raw.store_sale as sale
    join scope_day as scope on scope.shop_id = sale.shop_id and scope.day_on = sale.occurred_on
    union
    select spend.shop_id, spend.occurred_on as day_on, spend.currency
    from raw.ad_spend as spend
    join scope_day as scope on scope.shop_id = spend.shop_id and scope.day_on = spend.occurred_on
),

pair as (
    select money.shop_id, money.day_on, money.currency, coalesce(shop.reporting_currency, money.currency) as reporting_currency
    from money
    left join staging.shop as shop on shop.shop_id = money.shop_id
),

wanted as (
    select day_on, currency from pair where currency <> reporting_currency
    union
    select day_on, reporting_currency as currency from pair where currency <> reporting_currency
),

euro as (
    select wanted.day_on, wanted.currency, rate.day_on as rate_on, rate.rate_e9, rate.minor_e9
    from wanted
    join staging.fx_in_force as rate
        on rate.currency = wanted.currency and rate.day_on <= wanted.day_on and rate.until_on > wanted.day_on
    where wanted.currency <> 'EUR'
    union all
    select day_on, currency, day_on as rate_on, 1000000000 as rate_e9, 100000000000 as minor_e9
    from wanted
    where currency = 'EUR'
)

select
    pair.shop_id, pair.day_on, pair.currency, pair.reporting_currency,
    own.rate_on, own.rate_e9, report.rate_on as reporting_rate_on, report.rate_e9 as reporting_rate_e9,
    cast(case when pair.currency = pair.reporting_currency then 1 when own.minor_e9 is not null then report.minor_e9 end as decimal(28, 0))
        as multiplier,
    cast(case when pair.currency = pair.reporting_currency then 1 when report.minor_e9 is not null then own.minor_e9 end as decimal(28, 0))
        as divisor
from pair
left join euro as own
    on own.day_on = pair.day_on and own.currency = pair.currency and pair.currency <> pair.reporting_currency
left join euro as report
    on report.day_on = pair.day_on and report.currency = pair.reporting_currency and pair.currency <> pair.reporting_currency
