-- description: One row per order, identifier told with it, and identifier of the same person as of the order (itself included).
-- grain: shop_id, order_key, told_key, person_key
-- partition: person told_key
-- input staging.order_told_by: person person_key
-- input staging.identity: person person_key
-- as_of: none
-- column is_shop_customer: Whether a shop system tells the order by it; else a thread does.
-- column hub_links: Links that lead from told_key to it as their hub as of the order; null where none do.
-- check fail not_null: shop_id, order_key, told_key, person_key, is_shop_customer
-- The rules are enough: who else an identifier is, is a matter of its own links; the order's day is told with the order.
with told as (
    select
        told_by.shop_id, told_by.order_key, told_by.person_key as told_key, told_by.is_shop_customer,
        told_by.ordered_at, told_by.ordered_s, told_by.ordered_on, told_by.paid_s, told_by.delivered_s
    from staging.order_told_by as told_by
    join scope_person as scope on scope.shop_id = told_by.shop_id and scope.person_key = told_by.person_key
),

reached as (
    select
        told.shop_id, told.order_key, told.told_key, identity.known_key,
        min(case when identity.is_hub then identity.links end) as hub_links
    from told
    join staging.identity as identity
        on identity.shop_id = told.shop_id and identity.person_key = told.told_key
        and identity.linked_at <= told.ordered_at and told.ordered_at < identity.severed_at
    group by told.shop_id, told.order_key, told.told_key, identity.known_key
)

select
    shop_id, order_key, told_key, told_key as person_key, is_shop_customer, cast(null as bigint) as hub_links,
    ordered_at, ordered_s, ordered_on, paid_s, delivered_s
from told
union all
select
    told.shop_id, told.order_key, told.told_key, reached.known_key as person_key, told.is_shop_customer, reached.hub_links,
    told.ordered_at, told.ordered_s, told.ordered_on, told.paid_s, told.delivered_s
from told
join reached on reached.shop_id = told.shop_id and reached.order_key = told.order_key and reached.told_key = told.told_key
