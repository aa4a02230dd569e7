-- description: Signs of interest in a product on a local day.
-- grain: shop_id, day_on, product_id
-- partition: day day_on
-- input metrics.interest_daily: day day_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day of the signs.
-- column product_id: Product as its source names it.
-- column people: People who gave a sign.
-- column interactions: Signs.
-- column interest_score: Points of the signs: 1 message, 2 like, reaction or link, 3 share, 5 product, 8 cart.
-- check fail not_null: shop_id, day_on, product_id, people, interactions, interest_score
-- The rule is enough: a row counts the signs of its own day.
select
    interest.shop_id,
    interest.day_on,
    interest.product_id,
    count(distinct interest.person_key) as people,
    cast(sum(interest.interactions) as bigint) as interactions,
    cast(sum(interest.interest_score) as bigint) as interest_score
from metrics.interest_daily as interest
join scope_day as scope on scope.shop_id = interest.shop_id and scope.day_on = interest.day_on
where interest.product_id <> ''
group by interest.shop_id, interest.day_on, interest.product_id
