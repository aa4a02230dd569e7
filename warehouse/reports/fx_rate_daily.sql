-- description: What a euro cost in a shop's currency, on the days for which a rate is told.
-- grain: shop_id, day_on, currency
-- partition: full
-- input staging.fx_rate: full
-- input staging.shop: full
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Day of the rate, as its bank dates it; weekends and holidays have none.
-- column currency: ISO 4217 code of the shop's currency; shops that count in euros need no rate.
-- column rate_e9: Billionths of the currency that a euro cost.
-- check fail not_null: shop_id, day_on, currency, rate_e9
-- The rules are enough: a row is a rate for each shop whose currency it is; there are few of either.
select shop.shop_id, rate.day_on, rate.currency, rate.rate_e9
from staging.shop as shop
join staging.fx_rate as rate on rate.currency = shop.currency
