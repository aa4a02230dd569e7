-- description: How likely a person's next sign is about a product, a category or a shop of the group; of everybody heard of in 91 days.
-- grain: shop_id, person_key, level, item_id
-- partition: full
-- input metrics.affinity: full
-- input metrics.shop_day: full
-- input staging.shop: full
-- input reports.popularity: full
-- as_of: data_through
-- column shop_id: Shop.
-- column person_key: Person (keyed hash). Signs count for the identifier they were told of, orders for each of their person's.
-- column level: product, category, or shop (of a group of shops, the shop itself among them).
-- column item_id: Product, category or shop.
-- column affinity_milli: Thousandths of a point for the item as of data_through_at; half of a sign's weight is left after 224 days.
-- column all_affinity_milli: The same for all items of the level (at level shop, of the group).
-- column interest_ppb: (affinity_milli + prior_milli) / (all_affinity_milli + 500 x items), in parts per billion, rounded down; prior_milli and items of reports.popularity, none where the item has no points there. An item that the person gave no sign about has prior_milli / (the same).
-- check fail not_null: shop_id, person_key, level, item_id, affinity_milli, all_affinity_milli, interest_ppb
-- check fail a_share: interest_ppb between 0 and 1000000000
-- The rules are enough: popularity and age move with data_through_at. Who was silent for 91 days (7 862 400 s) leaves, so the cost is that of 91 days and
-- not of the history, and the points come summed from metrics.affinity, where the person rule holds.
with through as (
    select shop_id, max(last_s) as last_s from metrics.shop_day group by shop_id
),

recent as (
    select
        affinity.shop_id, affinity.person_key, affinity.level, affinity.item_id,
        case when affinity.level = 'shop' and shop.group_id <> '' then 'group ' || shop.group_id else 'shop ' || affinity.shop_id end as owner,
        affinity.affinity_milli * case when through.last_s - affinity.last_s < 4838400 then 1000000 else 840896 end as weighed
    from metrics.affinity as affinity
    join through on through.shop_id = affinity.shop_id and through.last_s - affinity.last_s < 7862400
    left join staging.shop as shop on shop.shop_id = affinity.shop_id
    where affinity.level <> 'shop' or shop.group_id <> ''
),

aged as (
    select shop_id, person_key, level, item_id, owner, cast((weighed - mod(weighed, 1000000)) / 1000000 as bigint) as affinity_milli
    from recent
),

whole as (
    select owner, person_key, level, cast(sum(affinity_milli) as bigint) as all_affinity_milli from aged group by owner, person_key, level
),

known as (
    select aged.shop_id, aged.person_key, aged.level, aged.item_id, aged.affinity_milli, whole.all_affinity_milli
    from aged
    join whole on whole.owner = aged.owner and whole.person_key = aged.person_key and whole.level = aged.level
),

level_items as (
    select shop_id, level, max(items) as items from reports.popularity group by shop_id, level
),

shrunk as (
    select
        known.shop_id, known.person_key, known.level, known.item_id, known.affinity_milli, known.all_affinity_milli,
        cast(known.affinity_milli + coalesce(popular.prior_milli, 0) as decimal(28, 0)) * 1000000000 as dividend,
        known.all_affinity_milli + 500 * coalesce(level_items.items, 0) as divisor
    from known
    left join level_items on level_items.shop_id = known.shop_id and level_items.level = known.level
    left join reports.popularity as popular
        on popular.shop_id = known.shop_id and popular.level = known.level and popular.item_id = known.item_id
    where known.affinity_milli > 0
)

select
    shop_id, person_key, level, item_id, affinity_milli, all_affinity_milli,
    cast((dividend - mod(dividend, divisor)) / divisor as bigint) as interest_ppb
from shrunk
