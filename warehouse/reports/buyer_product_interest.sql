-- description: Signs of interest of a person in a product since the shop's first day.
-- grain: shop_id, person_key, product_id
-- partition: person person_key
-- input metrics.interest_daily: person person_key
-- as_of: none
-- column shop_id: Shop.
-- column person_key: Person of a thread (keyed hash).
-- column product_id: Product as its source names it.
-- column interactions: Signs.
-- column interest_score: Points of the signs: 1 message, 2 like, reaction or link, 3 share, 5 product, 8 cart.
-- column first_on: Local day of the first sign.
-- column last_on: Local day of the last sign.
-- check fail not_null: shop_id, person_key, product_id, interactions, interest_score
-- The rule is enough: a row adds up one identifier's days.
select
    interest.shop_id,
    interest.person_key,
    interest.product_id,
    cast(sum(interest.interactions) as bigint) as interactions,
    cast(sum(interest.interest_score) as bigint) as interest_score,
    min(interest.day_on) as first_on,
    max(interest.day_on) as last_on
from metrics.interest_daily as interest
join scope_person as scope on scope.shop_id = interest.shop_id and scope.person_key = interest.person_key
where interest.product_id <> ''
group by interest.shop_id, interest.person_key, interest.product_id
