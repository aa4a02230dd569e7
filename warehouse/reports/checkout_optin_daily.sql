-- description: Share of orders whose buyer opted in to messages about the order, with its 95 % Wilson interval.
-- grain: shop_id, day_on
-- partition: day day_on
-- input staging.orders: day ordered_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day on which the orders began.
-- column orders: Orders.
-- column opted_in_orders: Orders with an opt-in.
-- column optin_rate: opted_in_orders / orders; null for none.
-- column optin_rate_low: Lower end of the interval; 0 for none.
-- column optin_rate_high: Upper end of the interval; 1 for none.
-- check fail not_null: shop_id, day_on, orders, opted_in_orders
-- check fail rate_is_inside: orders = 0 or optin_rate between optin_rate_low and optin_rate_high
-- The rule is enough: a row counts the orders of its own day; an opt-in told later changes its order's row.
with total as (
    select
        orders.shop_id, orders.ordered_on as day_on,
        count(*) as orders,
        cast(sum(case when orders.is_opted_in then 1 else 0 end) as bigint) as opted_in_orders
    from staging.orders as orders
    join scope_day as scope on scope.shop_id = orders.shop_id and scope.day_on = orders.ordered_on
    group by orders.shop_id, orders.ordered_on
),

number as (
    select
        shop_id, day_on, orders, opted_in_orders,
        cast(orders as double) as n, cast(opted_in_orders as double) as x,
        3.841458820694124e0 as z2  -- square of the 97.5 % quantile of the normal distribution
    from total
),

wilson as (
    select
        shop_id, day_on, orders, opted_in_orders, n, x, z2,
        sqrt(z2 * (z2 + 4 * x * (n - x) / nullif(n, 0))) as spread
    from number
)

select
    shop_id, day_on, orders, opted_in_orders,
    x / nullif(n, 0) as optin_rate,
    case when opted_in_orders = 0 then 0e0 else (2 * x + z2 - spread) / (2 * (n + z2)) end as optin_rate_low,
    case when opted_in_orders = orders then 1e0 else (2 * x + z2 + spread) / (2 * (n + z2)) end as optin_rate_high
from wilson
