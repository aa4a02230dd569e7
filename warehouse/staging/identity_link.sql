-- description: One row per two identifiers told to be one person, and period in which that holds.
-- grain: shop_id, person_key, linked_key, linked_at
-- partition: person person_key
-- input raw.identity_link: person person_key
-- input staging.order_link: person person_key
-- as_of: none
-- column linked_key: The hub: the shop customer where there is one.
-- column linked_at: When the link begins to hold.
-- column severed_at: When it ends; year 9999 while it holds. A link severed at the instant it was told never held.
-- column joins_people: Whether both ends name a person; a user_ref names one visit to one page.
-- check fail not_null: shop_id, person_key, linked_key, linked_at, severed_at, joins_people
-- check fail holds_for_a_while: linked_at < severed_at
-- The rules are enough: a link is stored under the identifier that tells it, and its tellings are all of that identifier.
with told as (
    select shop_id, person_key, linked_key, reason, state = 'linked' as is_linked, occurred_at from raw.identity_link
    union all
    select shop_id, person_key, linked_key, 'order' as reason, true as is_linked, linked_at as occurred_at from staging.order_link
),

stated as (
    select
        told.shop_id, told.person_key, told.linked_key, told.occurred_at,
        min(case when told.is_linked then 1 else 0 end) = 1 as is_linked,
        max(case when told.reason in ('prior_message', 'same_visit') then 0 else 1 end) as joins_people
    from told
    join scope_person as scope on scope.shop_id = told.shop_id and scope.person_key = told.person_key
    where told.person_key <> told.linked_key
    group by told.shop_id, told.person_key, told.linked_key, told.occurred_at
),

compared as (
    select
        shop_id, person_key, linked_key, occurred_at, is_linked,
        lag(is_linked) over (partition by shop_id, person_key, linked_key order by occurred_at) as was_linked,
        max(joins_people) over (partition by shop_id, person_key, linked_key) = 1 as joins_people
    from stated
),

turned as (
    select
        shop_id, person_key, linked_key, is_linked, joins_people,
        occurred_at as linked_at,
        coalesce(
            lead(occurred_at) over (partition by shop_id, person_key, linked_key order by occurred_at),
            cast('9999-12-31' as timestamp)
        ) as severed_at
    from compared
    where was_linked is null or was_linked <> is_linked
)

select shop_id, person_key, linked_key, linked_at, severed_at, joins_people
from turned
where is_linked
