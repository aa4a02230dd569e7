-- description: Signs of interest in a shop on a local day.
-- grain: shop_id, day_on
-- partition: day day_on
-- input metrics.interest_daily: day day_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day of the signs.
-- column people: People who gave any sign.
-- column message_people: People who wrote.
-- column like_people: People who sent a Like.
-- column reaction_people: People who reacted to a message.
-- column product_people: People who shared or asked about a product.
-- column share_people: People who shared something else or answered a story.
-- column link_people: People who came by an ad, a link, a post or a store code.
-- column cart_people: People who sent a cart.
-- column interactions: Signs.
-- column interest_score: Points of the signs: 1 message, 2 like, reaction or link, 3 share, 5 product, 8 cart.
-- check fail not_null: shop_id, day_on, people, interactions, interest_score
-- The rule is enough: a row counts the signs of its own day.
select
    interest.shop_id,
    interest.day_on,
    count(distinct interest.person_key) as people,
    count(distinct case when interest.signal = 'message' then interest.person_key end) as message_people,
    count(distinct case when interest.signal = 'like' then interest.person_key end) as like_people,
    count(distinct case when interest.signal = 'reaction' then interest.person_key end) as reaction_people,
    count(distinct case when interest.signal = 'product' then interest.person_key end) as product_people,
    count(distinct case when interest.signal = 'share' then interest.person_key end) as share_people,
    count(distinct case when interest.signal = 'link' then interest.person_key end) as link_people,
    count(distinct case when interest.signal = 'cart' then interest.person_key end) as cart_people,
    cast(sum(interest.interactions) as bigint) as interactions,
    cast(sum(interest.interest_score) as bigint) as interest_score
from metrics.interest_daily as interest
join scope_day as scope on scope.shop_id = interest.shop_id and scope.day_on = interest.day_on
group by interest.shop_id, interest.day_on
