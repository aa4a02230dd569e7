-- description: One row per distinct path of a month, conversion type and window: how often it converted, for how much, and how often it did not.
-- grain: shop_id, month_on, conversion_type, attribution_window, path
-- partition: month month_on
-- input attribution.path: month month_on
-- input attribution.null_path: month month_on
-- input staging.orders: month ordered_on
-- as_of: none
-- column conversions: Conversions by this path.
-- column value_minor: Net revenue of the purchases among them in the reporting currency; 0 for what has no rate.
-- column nulls: Journeys by this path that no purchase followed.
-- check fail not_null: shop_id, month_on, conversion_type, attribution_window, path, conversions, value_minor, nulls
-- The rules are enough: both kinds of journey name their month, an order's is that of its day; a row that moves is dirty in both months, before and after.
with journey as (
    select
        path.shop_id, path.month_on, path.conversion_type, path.attribution_window, path.path,
        1 as conversions, coalesce(orders.reporting_net_minor, 0) as value_minor, 0 as nulls
    from attribution.path as path
    join scope_month as scope on scope.shop_id = path.shop_id and scope.month_on = path.month_on
    left join staging.orders as orders
        on orders.shop_id = path.shop_id and orders.order_key = path.conversion_key and path.conversion_type = 'purchase'
    where path.touches > 0
    union all
    select
        lost.shop_id, lost.month_on, 'purchase' as conversion_type, lost.attribution_window, lost.path,
        0 as conversions, 0 as value_minor, 1 as nulls
    from attribution.null_path as lost
    join scope_month as scope on scope.shop_id = lost.shop_id and scope.month_on = lost.month_on
)

select
    shop_id, month_on, conversion_type, attribution_window, path,
    cast(sum(conversions) as bigint) as conversions,
    cast(sum(value_minor) as bigint) as value_minor,
    cast(sum(nulls) as bigint) as nulls
from journey
group by shop_id, month_on, conversion_type, attribution_window, path
