-- description: Buyers who come back in a local calendar month and the days since their orders before, with a 95 % Wilson interval.
-- grain: shop_id, month_on
-- partition: month month_on
-- input staging.orders: month ordered_on
-- as_of: none
-- column shop_id: Shop.
-- column month_on: First day of the local month of the orders.
-- column buyers: Identified buyers with an order.
-- column repeat_buyers: Those with an order that is not their first in the shop.
-- column repeat_buyer_rate: repeat_buyers / buyers.
-- column repeat_buyer_rate_low: Lower end of its interval.
-- column repeat_buyer_rate_high: Upper end of it.
-- column returning_orders: Orders of buyers who had ordered before.
-- column median_gap_days: Median of the days (of 86 400 s) since the buyer's latest order before (nearest rank); null without one.
-- column p90_gap_days: 90th percentile of the same (nearest rank).
-- check fail not_null: shop_id, month_on, buyers, repeat_buyers, returning_orders
-- check fail rate_is_inside: repeat_buyer_rate between repeat_buyer_rate_low and repeat_buyer_rate_high
-- The rule is enough: a row counts the orders of its own month; an earlier order told late, of any age, changes those orders themselves.
with ordered as (
    select
        orders.shop_id, scope.month_on, orders.person_key, orders.ordered_s - orders.last_ordered_s as gap_s, orders.order_key
    from staging.orders as orders
    join scope_month as scope
        on scope.shop_id = orders.shop_id and scope.month_on = cast(date_trunc('month', orders.ordered_on) as date)
    where orders.person_key <> ''
),

ranked as (
    select
        shop_id, month_on, person_key, gap_s,
        count(gap_s) over (partition by shop_id, month_on) as gaps,
        row_number() over (
            partition by shop_id, month_on order by case when gap_s is null then 1 else 0 end, gap_s, order_key
        ) as place
    from ordered
),

total as (
    select
        shop_id, month_on,
        count(distinct person_key) as buyers,
        count(distinct case when gap_s is not null then person_key end) as repeat_buyers,
        count(gap_s) as returning_orders,
        max(case when 2 * place = gaps + mod(gaps, 2) then gap_s end) as median_s,
        max(case when 10 * place between 9 * gaps and 9 * gaps + 9 then gap_s end) as p90_s
    from ranked
    group by shop_id, month_on
),

number as (
    select
        shop_id, month_on, buyers, repeat_buyers, returning_orders, median_s, p90_s,
        cast(buyers as double) as n, cast(repeat_buyers as double) as x,
        3.841458820694124e0 as z2  -- square of the 97.5 % quantile of the normal distribution
    from total
)

select
    shop_id, month_on, buyers, repeat_buyers,
    x / n as repeat_buyer_rate,
    case when x = 0 then 0e0 else (2 * x + z2 - sqrt(z2 * (z2 + 4 * x * (n - x) / n))) / (2 * (n + z2)) end as repeat_buyer_rate_low,
    case when x = n then 1e0 else (2 * x + z2 + sqrt(z2 * (z2 + 4 * x * (n - x) / n))) / (2 * (n + z2)) end as repeat_buyer_rate_high,
    returning_orders,
    cast(median_s as double) / 86400e0 as median_gap_days,
    cast(p90_s as double) / 86400e0 as p90_gap_days
from number
