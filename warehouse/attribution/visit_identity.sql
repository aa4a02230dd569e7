-- description: One row per visit to a store and identifier of the visitor as of it, the one that the visit names included.
-- grain: shop_id, visit_key, person_key
-- partition: person told_key
-- input staging.touch: person person_key
-- input staging.identity: person person_key
-- as_of: none
-- column visit_key: The identifier and the touch that the visit is.
-- column told_key: Identifier that the visit names.
-- check fail not_null: shop_id, visit_key, told_key, person_key, visited_at, visited_s, visited_on
-- The rules are enough: a visit names its identifier, and staging.identity tells of both ends of a chain that it changed.
with visit as (
    select
        touch.shop_id, touch.person_key || ':' || touch.touch_key as visit_key, touch.person_key as told_key,
        touch.occurred_at as visited_at, touch.occurred_s as visited_s, touch.occurred_on as visited_on
    from staging.touch as touch
    join scope_person as scope on scope.shop_id = touch.shop_id and scope.person_key = touch.person_key
    where touch.kind in ('store_scan', 'store_checkin')
)

select shop_id, visit_key, told_key, told_key as person_key, visited_at, visited_s, visited_on
from visit
union
select
    visit.shop_id, visit.visit_key, visit.told_key, identity.known_key as person_key,
    visit.visited_at, visit.visited_s, visit.visited_on
from visit
join staging.identity as identity
    on identity.shop_id = visit.shop_id and identity.person_key = visit.told_key
    and identity.linked_at <= visit.visited_at and visit.visited_at < identity.severed_at
