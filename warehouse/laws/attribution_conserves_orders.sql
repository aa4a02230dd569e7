-- law: Conservation: by every model, window and level, attributed and unattributed orders add up to the orders of the day.
with told as (
    select windows.shop_id, models.model, windows.attribution_window, levels.level
    from (select distinct shop_id, attribution_window from reports.attribution_daily) as windows
    cross join (select distinct model from reports.attribution_daily) as models
    cross join (select distinct level from reports.attribution_daily) as levels
),
sales as (
    select shop_id, day_on, sum(orders) as orders
    from reports.shop_spend_daily
    group by shop_id, day_on
),
expected as (
    select sales.shop_id, sales.day_on, told.model, told.attribution_window, told.level, sales.orders
    from sales
    join told on told.shop_id = sales.shop_id
),
credited as (
    select shop_id, day_on, model, attribution_window, level, sum(credited_ppb) as credited_ppb
    from reports.attribution_daily
    group by shop_id, day_on, model, attribution_window, level
)
select shop_id, day_on, model, attribution_window, level
from expected
full join credited using (shop_id, day_on, model, attribution_window, level)
where coalesce(expected.orders, 0) * 1000000000 <> coalesce(credited.credited_ppb, 0)
