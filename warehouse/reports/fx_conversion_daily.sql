-- description: What a day's money in another currency was converted to the shop's reporting currency with; null where no rate is told.
-- grain: shop_id, day_on, currency
-- partition: day day_on
-- input staging.fx_daily: day day_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day of the orders, receipts and refunds, and the ad account's date of the spend.
-- column currency: ISO 4217 code of the money.
-- column reporting_currency: ISO 4217 code that the shop's reports convert to.
-- column rate_on: Day of the rate of the currency: the last one told until then; null where none is.
-- column rate_e9: Billionths of the currency that a euro cost.
-- column reporting_rate_on: As rate_on, of the reporting currency.
-- column reporting_rate_e9: As rate_e9, of the reporting currency.
-- column is_converted: Whether both rates are told; else the money has no value in the reporting currency.
-- check fail not_null: shop_id, day_on, currency, reporting_currency, is_converted
-- The rule is enough: a row is a row of its input on the same day.
select
    fx.shop_id,
    fx.day_on,
    fx.currency,
    fx.reporting_currency,
    fx.rate_on,
    fx.rate_e9,
    fx.reporting_rate_on,
    fx.reporting_rate_e9,
    fx.multiplier is not null as is_converted
from staging.fx_daily as fx
join scope_day as scope on scope.shop_id = fx.shop_id and scope.day_on = fx.day_on
where fx.currency <> fx.reporting_currency
