-- description: One row per person, local day, signal and product: how often, and how many points.
-- grain: shop_id, day_on, person_key, signal, product_id
-- partition: day day_on
-- input metrics.interest: day occurred_on
-- as_of: none
-- check fail not_null: shop_id, day_on, person_key, signal, product_id
-- The rule is enough: a row counts the signs of its own day; a sign that moves dirties the day it left and the day it came to.
select
    interest.shop_id,
    interest.occurred_on as day_on,
    interest.person_key,
    interest.signal,
    interest.product_id,
    count(*) as interactions,
    cast(sum(interest.interest_weight) as bigint) as interest_score
from metrics.interest as interest
join scope_day as scope on scope.shop_id = interest.shop_id and scope.day_on = interest.occurred_on
group by interest.shop_id, interest.occurred_on, interest.person_key, interest.signal, interest.product_id
