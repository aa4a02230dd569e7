-- description: Orders of buyers who come back, after how long, and re-orders that a Like confirmed, with 95 % Wilson intervals.
-- grain: shop_id, day_on
-- partition: day day_on
-- input staging.orders: day ordered_on
-- input metrics.reorder: day reordered_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day on which the orders began.
-- column buyer_orders: Orders of identified buyers.
-- column returning_orders: Those whose buyer had ordered before.
-- column returning_order_rate: returning_orders / buyer_orders; null for none.
-- column returning_order_rate_low: Lower end of its interval; 0 for none.
-- column returning_order_rate_high: Upper end of it; 1 for none.
-- column within_7d_orders: Returning orders at most 7 days (of 86 400 s) after the buyer's latest order before.
-- column within_30d_orders: Over 7 and at most 30 days after it.
-- column within_90d_orders: Over 30 and at most 90 days after it.
-- column later_orders: More than 90 days after it.
-- column reorders: Returning orders, and orders that a Like confirmed: told as orders of others, or told by nobody yet.
-- column like_reorders: Those that a Like confirmed.
-- column like_reorder_rate: like_reorders / reorders; null for none.
-- column like_reorder_rate_low: Lower end of its interval; 0 for none.
-- column like_reorder_rate_high: Upper end of it; 1 for none.
-- check fail not_null: shop_id, day_on, buyer_orders, returning_orders, reorders, like_reorders
-- check fail parts_add_up: returning_orders = within_7d_orders + within_30d_orders + within_90d_orders + later_orders
-- check fail no_more_than_all: returning_orders <= buyer_orders and returning_orders <= reorders and like_reorders <= reorders
-- The rules are enough: a row counts the orders and re-orders of its own day; an earlier order told late changes those orders themselves.
with flow as (
    select orders.shop_id, orders.ordered_on as day_on, 1 as buyer_orders, 0 as reorders, 0 as is_like, null as gap_s
    from staging.orders as orders
    join scope_day as scope on scope.shop_id = orders.shop_id and scope.day_on = orders.ordered_on
    where orders.person_key <> ''
    union all
    select again.shop_id, again.reordered_on as day_on, 0 as buyer_orders, 1 as reorders, case when again.is_like then 1 else 0 end as is_like,
        again.gap_s
    from metrics.reorder as again
    join scope_day as scope on scope.shop_id = again.shop_id and scope.day_on = again.reordered_on
),

total as (
    select
        shop_id, day_on, cast(sum(buyer_orders) as bigint) as buyer_orders, count(gap_s) as returning_orders,
        count(case when gap_s <= 604800 then 1 end) as within_7d_orders,
        count(case when gap_s > 604800 and gap_s <= 2592000 then 1 end) as within_30d_orders,
        count(case when gap_s > 2592000 and gap_s <= 7776000 then 1 end) as within_90d_orders,
        count(case when gap_s > 7776000 then 1 end) as later_orders,
        cast(sum(reorders) as bigint) as reorders, cast(sum(is_like) as bigint) as like_reorders
    from flow
    group by shop_id, day_on
),

wilson as (
    select
        shop_id, day_on, buyer_orders, returning_orders, within_7d_orders, within_30d_orders, within_90d_orders, later_orders,
        reorders, like_reorders,
        3.841458820694124e0 as z2,  -- square of the 97.5 % quantile of the normal distribution
        cast(buyer_orders as double) as n, cast(returning_orders as double) as x,
        cast(reorders as double) as m, cast(like_reorders as double) as y
    from total
)

select
    shop_id, day_on, buyer_orders, returning_orders,
    x / nullif(n, 0) as returning_order_rate,
    case when x = 0 then 0e0 else (2 * x + z2 - sqrt(z2 * (z2 + 4 * x * (n - x) / nullif(n, 0)))) / (2 * (n + z2)) end as returning_order_rate_low,
    case when x = n then 1e0 else (2 * x + z2 + sqrt(z2 * (z2 + 4 * x * (n - x) / nullif(n, 0)))) / (2 * (n + z2)) end as returning_order_rate_high,
    within_7d_orders, within_30d_orders, within_90d_orders, later_orders, reorders, like_reorders,
    y / nullif(m, 0) as like_reorder_rate,
    case when y = 0 then 0e0 else (2 * y + z2 - sqrt(z2 * (z2 + 4 * y * (m - y) / nullif(m, 0)))) / (2 * (m + z2)) end as like_reorder_rate_low,
    case when y = m then 1e0 else (2 * y + z2 + sqrt(z2 * (z2 + 4 * y * (m - y) / nullif(m, 0)))) / (2 * (m + z2)) end as like_reorder_rate_high
from wilson
