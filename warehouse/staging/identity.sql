-- description: One row per identifier, other identifier of its person, and period in which a chain of links joins the two.
-- grain: shop_id, person_key, known_key, is_hub, linked_at, severed_at
-- partition: person person_key
-- input staging.identity_link: component person_key linked_key
-- input staging.shared_identifier: person person_key
-- as_of: none
-- column is_hub: Whether the chain's last link leads to its hub.
-- column links: Length of the chain. Eight kinds of identifiers need seven links at the most.
-- check fail not_null: shop_id, person_key, known_key, is_hub, links, linked_at, severed_at
-- The rules are enough: a chain changes for whoever its links lead to, which is what component dirties; an identifier that becomes shared has its links there too.
with recursive edge as (
    select shop_id, person_key, linked_key as known_key, true as is_hub, linked_at, severed_at from staging.identity_link
    union all
    select shop_id, linked_key as person_key, person_key as known_key, false as is_hub, linked_at, severed_at from staging.identity_link
),

whole_edge as (
    select edge.shop_id, edge.person_key, edge.known_key, edge.is_hub, edge.linked_at, edge.severed_at
    from edge
    left join staging.shared_identifier as here on here.shop_id = edge.shop_id and here.person_key = edge.person_key
    left join staging.shared_identifier as there on there.shop_id = edge.shop_id and there.person_key = edge.known_key
    where here.person_key is null and there.person_key is null
),

walk as (
    select edge.shop_id, edge.person_key, edge.known_key, edge.person_key as came_from_key, edge.is_hub,
        cast(1 as bigint) as links, edge.linked_at, edge.severed_at
    from whole_edge as edge
    join scope_person as scope on scope.shop_id = edge.shop_id and scope.person_key = edge.person_key
    union
    select
        walk.shop_id, walk.person_key, edge.known_key, walk.known_key as came_from_key, edge.is_hub, walk.links + 1 as links,
        case when edge.linked_at > walk.linked_at then edge.linked_at else walk.linked_at end as linked_at,
        case when edge.severed_at < walk.severed_at then edge.severed_at else walk.severed_at end as severed_at
    from walk
    join whole_edge as edge on edge.shop_id = walk.shop_id and edge.person_key = walk.known_key
    where walk.links < 7 and edge.known_key <> walk.person_key and edge.known_key <> walk.came_from_key
        and edge.linked_at < walk.severed_at and walk.linked_at < edge.severed_at
)

select shop_id, person_key, known_key, is_hub, min(links) as links, linked_at, severed_at
from walk
group by shop_id, person_key, known_key, is_hub, linked_at, severed_at
