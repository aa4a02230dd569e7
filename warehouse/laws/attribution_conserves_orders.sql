-- law: Conservation: at every model and level, attributed and unattributed orders add up to the orders of the day.
with credited as (
    select shop_id, day_on, model, attribution_window, level, cast(sum(credited_ppb) as bigint) as credited_ppb
    from reports.attribution_daily
    group by shop_id, day_on, model, attribution_window, level
),
sales as (
    select shop_id, day_on, cast(sum(orders) as bigint) as orders
    from reports.shop_spend_daily
    group by shop_id, day_on
)
select credited.shop_id, credited.day_on, credited.model, credited.level
from credited
left join sales on sales.shop_id = credited.shop_id and sales.day_on = credited.day_on
where credited.credited_ppb <> coalesce(sales.orders, 0) * 1000000000
