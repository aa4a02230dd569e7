-- description: How much identified buyers spend in a local calendar month.
-- grain: shop_id, month_on, currency
-- partition: month month_on
-- input staging.orders: month ordered_on
-- as_of: none
-- column shop_id: Shop.
-- column month_on: First day of the local month of the orders.
-- column currency: ISO 4217 code of the money.
-- column buyers: Identified buyers with an order.
-- column orders: Their orders.
-- column net_minor: Their gross - discount - refund.
-- column median_buyer_net_minor: Median net revenue of a buyer in the month (nearest rank).
-- column p90_buyer_net_minor: 90th percentile of the same (nearest rank).
-- check fail not_null: shop_id, month_on, currency
-- The rule is enough: a row counts the orders of its own month.
with buyer as (
    select
        orders.shop_id, scope.month_on, orders.currency, orders.person_key,
        count(*) as orders,
        cast(sum(orders.net_minor) as bigint) as net_minor
    from staging.orders as orders
    join scope_month as scope
        on scope.shop_id = orders.shop_id and scope.month_on = cast(date_trunc('month', orders.ordered_on) as date)
    where orders.person_key <> ''
    group by orders.shop_id, scope.month_on, orders.currency, orders.person_key
),

ranked as (
    select
        shop_id, month_on, currency, orders, net_minor,
        count(*) over (partition by shop_id, month_on, currency) as buyers,
        row_number() over (partition by shop_id, month_on, currency order by net_minor, person_key) as place
    from buyer
)

select
    shop_id, month_on, currency,
    count(*) as buyers,
    cast(sum(orders) as bigint) as orders,
    cast(sum(net_minor) as bigint) as net_minor,
    max(case when 2 * place = buyers + mod(buyers, 2) then net_minor end) as median_buyer_net_minor,
    max(case when 10 * place between 9 * buyers and 9 * buyers + 9 then net_minor end) as p90_buyer_net_minor
from ranked
group by shop_id, month_on, currency
