-- description: One row per identifier linked to more than 20 others: a shared phone or till card, which makes nobody one person.
-- grain: shop_id, person_key
-- partition: person person_key
-- input staging.identity_link: component person_key linked_key
-- as_of: none
-- column link_count: Identifiers it is linked to at any time; identity walks through none of these links.
-- check fail not_null: shop_id, person_key, link_count
-- The rule is enough: a link counts at both of its ends, and component dirties both.
with neighbour as (
    select shop_id, person_key, linked_key as other_key
    from staging.identity_link
    where joins_people
    union
    select shop_id, linked_key as person_key, person_key as other_key
    from staging.identity_link
    where joins_people
)

select neighbour.shop_id, neighbour.person_key, count(*) as link_count
from neighbour
join scope_person as scope on scope.shop_id = neighbour.shop_id and scope.person_key = neighbour.person_key
group by neighbour.shop_id, neighbour.person_key
having count(*) > 20
