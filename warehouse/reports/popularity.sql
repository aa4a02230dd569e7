-- description: What is popular in a shop: points of the 28 days to its last day with data. Interest is shrunk towards it.
-- grain: shop_id, level, item_id
-- partition: full
-- input metrics.shop_day: full
-- input staging.shop: full
-- input reports.product_interest_daily: full
-- input reports.product_spend_daily: full
-- input reports.category_spend_daily: full
-- input reports.shop_interest_daily: full
-- input reports.shop_spend_daily: full
-- as_of: data_through
-- column shop_id: Shop.
-- column level: product, category, or shop (of a group of shops, the shop itself among them).
-- column item_id: Product, category or shop.
-- column popularity_points: Points of the signs of interest, and 10 for each order of it (of a category, of orders alone).
-- column popularity_ppb: Share of all points of the level in the shop (at level shop, in the group), in parts per billion, rounded down.
-- column prior_milli: What the item counts for everybody before they give a sign: popularity_ppb of half a point (500) per item of the level.
-- column items: Items of the level with points.
-- check fail not_null: shop_id, level, item_id, popularity_points, popularity_ppb, prior_milli, items
-- The rules are enough: the days it counts move with data_through_on; it is small, one row per product, and reads days, not events.
with through as (
    select shop_id, max(day_on) - 28 as before_on from metrics.shop_day group by shop_id
),

told as (
    select shop_id, day_on, 'product' as level, product_id as item_id, interest_score as points from reports.product_interest_daily
    union all
    select shop_id, day_on, 'product' as level, product_id as item_id, 10 * orders as points from reports.product_spend_daily
    union all
    select shop_id, day_on, 'category' as level, category as item_id, 10 * orders as points from reports.category_spend_daily
    union all
    select shop_id, day_on, 'shop' as level, shop_id as item_id, interest_score as points from reports.shop_interest_daily
    union all
    select shop_id, day_on, 'shop' as level, shop_id as item_id, 10 * orders as points from reports.shop_spend_daily
),

item as (
    select
        told.shop_id, told.level, told.item_id, cast(sum(told.points) as bigint) as points,
        max(case when told.level = 'shop' and shop.group_id <> '' then 'group ' || shop.group_id else 'shop ' || told.shop_id end) as owner
    from told
    join through on through.shop_id = told.shop_id and told.day_on > through.before_on
    left join staging.shop as shop on shop.shop_id = told.shop_id
    where told.item_id <> '' and (told.level <> 'shop' or shop.group_id <> '')
    group by told.shop_id, told.level, told.item_id
    having sum(told.points) > 0
),

share as (
    select
        shop_id, level, item_id, points,
        cast(points as decimal(28, 0)) * 1000000000 as dividend,
        cast(sum(points) over (partition by owner, level) as bigint) as total,
        count(*) over (partition by owner, level) as items
    from item
),

popularity as (
    select shop_id, level, item_id, points, items, cast((dividend - mod(dividend, total)) / total as bigint) as ppb
    from share
)

select
    shop_id, level, item_id,
    points as popularity_points,
    ppb as popularity_ppb,
    cast((ppb * 500 * items - mod(ppb * 500 * items, 1000000000)) / 1000000000 as bigint) as prior_milli,
    items
from popularity
