-- description: One row per day and currency: what a euro cost in it, as it was last told. Days without a rate have no row.
-- grain: shop_id, day_on, currency
-- partition: day day_on
-- input raw.fx_rate: day occurred_on
-- as_of: none
-- column shop_id: Always ''; rates belong to no shop.
-- column rate_e9: Billionths of the currency.
-- check fail not_null: shop_id, day_on, currency, rate_e9
-- check fail is_a_rate: rate_e9 > 0
-- The rule is enough: a day's rate is chosen among the tellings of that day.
with told as (
    select
        rate.shop_id, rate.occurred_on as day_on, rate.currency, rate.rate_e9,
        row_number() over (
            partition by rate.shop_id, rate.occurred_on, rate.currency
            order by case when rate.told_at is null then 1 else 0 end, rate.told_at desc, rate.row_id desc
        ) as choice
    from raw.fx_rate as rate
    join scope_day as scope on scope.shop_id = rate.shop_id and scope.day_on = rate.occurred_on
)

select shop_id, day_on, currency, rate_e9
from told
where choice = 1
