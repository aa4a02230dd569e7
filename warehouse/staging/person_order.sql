-- description: One row per identifier and order that is its person's as of the order.
-- grain: shop_id, person_key, order_key
-- partition: person person_key
-- input staging.order_identity: person person_key
-- input staging.order_told_by: person person_key
-- as_of: none
-- column has_earlier: Whether the identifier was told with an earlier order.
-- column last_ordered_s: UTC epoch second of the latest of these; null without one.
-- check fail not_null: shop_id, person_key, order_key, has_earlier
-- The rules are enough: which orders an identifier has, and which came earlier, is read from its own rows.
with owned as (
    select distinct
        identity.shop_id, identity.person_key, identity.order_key,
        identity.ordered_at, identity.ordered_s, identity.ordered_on, identity.paid_s, identity.delivered_s
    from staging.order_identity as identity
    join scope_person as scope on scope.shop_id = identity.shop_id and scope.person_key = identity.person_key
),

-- whom an order is told with, it is theirs: of the orders that are an identifier's, these are the ones told with it
known as (
    select
        owned.shop_id, owned.person_key, owned.order_key, owned.ordered_at,
        max(case when told_by.order_key is not null then owned.ordered_s end) over earlier as known_s
    from owned
    left join staging.order_told_by as told_by
        on told_by.shop_id = owned.shop_id and told_by.person_key = owned.person_key and told_by.order_key = owned.order_key
    window earlier as (partition by owned.shop_id, owned.person_key order by owned.ordered_at, owned.order_key)
),

history as (
    select
        shop_id, person_key, order_key,
        lag(known_s) over (partition by shop_id, person_key order by ordered_at, order_key) as last_ordered_s
    from known
)

select
    owned.shop_id,
    owned.person_key,
    owned.order_key,
    owned.ordered_at,
    owned.ordered_s,
    owned.ordered_on,
    owned.paid_s,
    owned.delivered_s,
    history.last_ordered_s is not null as has_earlier,
    history.last_ordered_s
from owned
join history using (shop_id, person_key, order_key)
