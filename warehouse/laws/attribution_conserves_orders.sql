-- law: Conservation: at every model and level, attributed and unattributed orders add up to the orders of the day.
with sales as (
    select shop_id, day_on, cast(sum(orders) as bigint) as orders
    from reports.shop_spend_daily
    group by shop_id, day_on
),
expected as (
    select sales.shop_id, sales.day_on, models.model, levels.level, sales.orders
    from sales
    cross join (values ('first_touch'), ('last_touch'), ('linear')) as models (model)
    cross join (values ('channel'), ('campaign'), ('adset'), ('ad')) as levels (level)
),
credited as (
    select shop_id, day_on, model, level, cast(sum(credited_ppb) as bigint) as credited_ppb
    from reports.attribution_daily
    where attribution_window = '7d_click'
    group by shop_id, day_on, model, level
)
select shop_id, day_on, model, level
from expected
full join credited using (shop_id, day_on, model, level)
where coalesce(expected.orders, 0) * 1000000000 <> coalesce(credited.credited_ppb, 0)
