-- description: One row per two linked identifiers of a person, since the earliest event that links them.
-- grain: shop_id, person_key, linked_key
-- partition: person person_key
-- input raw.identity_link: person person_key
-- input staging.order_link: person person_key
-- as_of: none
-- column linked_key: The hub: the shop customer where there is one.
-- check fail not_null: shop_id, person_key, linked_key, linked_at
with link as (
    select shop_id, person_key, linked_key, occurred_at as linked_at from raw.identity_link
    union all
    select shop_id, person_key, linked_key, linked_at from staging.order_link
)

select link.shop_id, link.person_key, link.linked_key, min(link.linked_at) as linked_at
from link
join scope_person as scope on scope.shop_id = link.shop_id and scope.person_key = link.person_key
where link.person_key <> link.linked_key
group by link.shop_id, link.person_key, link.linked_key
