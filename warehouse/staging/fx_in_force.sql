-- description: One row per rate of the euro and the days on which it counts: its own and those after it that have none.
-- grain: shop_id, currency, day_on
-- partition: person currency
-- input staging.fx_rate: person currency
-- as_of: none
-- column shop_id: Always ''; rates belong to no shop.
-- column until_on: First day on which it counts no more; 9999-12-31 for the last rate told.
-- column minor_e9: Billionths of a minor unit of the currency that a euro cost.
-- check fail not_null: shop_id, currency, day_on, until_on, rate_e9, minor_e9
-- The rule is enough: a rate ends where the next one of its currency begins, so a told rate changes rows of its currency alone.
select
    rate.shop_id,
    rate.currency,
    rate.day_on,
    coalesce(
        lead(rate.day_on) over (partition by rate.shop_id, rate.currency order by rate.day_on), cast('9999-12-31' as date)
    ) as until_on,
    rate.rate_e9,
    -- ISO 4217's exponents, as in warehouse/currency.py
    cast(rate.rate_e9 as decimal(28, 0)) * case
        when rate.currency in (
            'BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'
        ) then 1
        when rate.currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 1000
        when rate.currency in ('CLF', 'UYW') then 10000
        else 100
    end as minor_e9
from staging.fx_rate as rate
join scope_person as scope on scope.shop_id = rate.shop_id and scope.person_key = rate.currency
