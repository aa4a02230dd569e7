-- law: Conservation: paths, path lengths and last touches of a month each add up to its orders, in every window.
with orders as (
    select shop_id, cast(date_trunc('month', day_on) as date) as month_on, cast(sum(orders) as bigint) as orders
    from reports.shop_spend_daily
    group by shop_id, cast(date_trunc('month', day_on) as date)
),
told as (
    select shop_id, month_on, attribution_window, 'paths' as part, conversions
    from reports.attribution_path
    where conversion_type = 'purchase'
    union all
    select shop_id, month_on, attribution_window, 'path lengths' as part, conversions
    from reports.attribution_lag
    where conversion_type = 'purchase' and measure = 'path_touches'
    union all
    select shop_id, month_on, attribution_window, 'last touches in each ' || level as part, last_conversions as conversions
    from reports.attribution_assist
    where conversion_type = 'purchase'
),
counted as (
    select shop_id, month_on, attribution_window, part, cast(sum(conversions) as bigint) as orders
    from told
    group by shop_id, month_on, attribution_window, part
)
select counted.shop_id, counted.month_on, counted.attribution_window, counted.part
from counted
left join orders on orders.shop_id = counted.shop_id and orders.month_on = counted.month_on
where counted.orders is distinct from coalesce(orders.orders, 0)
union all
select orders.shop_id, orders.month_on, null as attribution_window, 'nothing told' as part
from orders
left join counted on counted.shop_id = orders.shop_id and counted.month_on = orders.month_on
where orders.orders > 0 and counted.part is null
