-- description: What a person is interested in, as of their last sign: points of signs and orders, the older ones counting less.
-- grain: shop_id, person_key, level, item_id
-- partition: person person_key
-- input metrics.interest: person person_key
-- input metrics.purchase: person person_key
-- as_of: none
-- column level: product, category (of orders alone, for signs tell none) or shop (all signs and orders).
-- column item_id: Product or category; the shop's own id at level shop.
-- column affinity_milli: Thousandths of a point. A sign has the points of metrics.interest, an order 10 for each of its products. Points
-- lose half their weight in 224 days, in four steps of 56 days (4 838 400 s): 1, 2^-1/4, 2^-1/2, 2^-3/4; after 1568 days they are nothing.
-- column last_s: The person's last sign or order of any kind.
-- check fail not_null: shop_id, person_key, level, item_id, affinity_milli, last_s
-- check fail nothing_is_negative: affinity_milli >= 0
-- The rules are enough: points and ages are counted from the person's own last sign, so no row of anybody else and no later day changes them.
with sign as (
    select interest.shop_id, interest.person_key, 'product' as level, interest.product_id as item_id, interest.occurred_s, interest.interest_weight as points
    from metrics.interest as interest
    join scope_person as scope on scope.shop_id = interest.shop_id and scope.person_key = interest.person_key
    where interest.person_key in (select person_key from scope_person)
    union all
    select bought.shop_id, bought.person_key, 'product' as level, bought.product_id as item_id, bought.ordered_s as occurred_s, 10 as points
    from metrics.purchase as bought
    join scope_person as scope on scope.shop_id = bought.shop_id and scope.person_key = bought.person_key
    where bought.person_key in (select person_key from scope_person)
    union all
    select bought.shop_id, bought.person_key, 'category' as level, bought.category as item_id, bought.ordered_s as occurred_s, 10 as points
    from metrics.purchase as bought
    join scope_person as scope on scope.shop_id = bought.shop_id and scope.person_key = bought.person_key
    where bought.person_key in (select person_key from scope_person)
),

aged as (
    select
        shop_id, person_key, level, item_id, points,
        max(occurred_s) over (partition by shop_id, person_key) as last_s,
        max(occurred_s) over (partition by shop_id, person_key) - occurred_s as age_s
    from sign
),

stepped as (
    select shop_id, person_key, level, item_id, last_s, cast((age_s - mod(age_s, 4838400)) / 4838400 as bigint) as steps, sum(points) as points
    from aged
    where age_s < 28 * 4838400
    group by shop_id, person_key, level, item_id, last_s, cast((age_s - mod(age_s, 4838400)) / 4838400 as bigint)
),

weighed as (
    select
        shop_id, person_key, level, item_id, last_s,
        cast(points as bigint) * case mod(steps, 4) when 0 then 1000000 when 1 then 840896 when 2 then 707107 else 594604 end as weighed,
        1000 * case
            when steps < 4 then 1 when steps < 8 then 2 when steps < 12 then 4 when steps < 16 then 8
            when steps < 20 then 16 when steps < 24 then 32 else 64
        end as divisor
    from stepped
),

item as (
    select
        shop_id, person_key, level, item_id, last_s,
        cast(sum(cast((weighed - mod(weighed, divisor)) / divisor as bigint)) as bigint) as affinity_milli
    from weighed
    group by shop_id, person_key, level, item_id, last_s
)

select shop_id, person_key, level, item_id, last_s, affinity_milli
from item
where item_id <> ''
union all
select shop_id, person_key, 'shop' as level, shop_id as item_id, last_s, cast(sum(affinity_milli) as bigint) as affinity_milli
from item
where level = 'product'
group by shop_id, person_key, last_s
