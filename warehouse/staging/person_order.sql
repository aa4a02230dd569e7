-- description: One row per identifier and order that is its person's as of the order.
-- grain: shop_id, person_key, order_key
-- partition: person person_key
-- input staging.order_identity: person person_key
-- input staging.order_told_by: person person_key
-- as_of: none
-- column has_earlier: Whether the identifier was told with an earlier order.
-- check fail not_null: shop_id, person_key, order_key, has_earlier
with told as (
    select
        told_by.shop_id, told_by.person_key, told_by.order_key, told_by.ordered_at,
        row_number() over (
            partition by told_by.shop_id, told_by.person_key order by told_by.ordered_at, told_by.order_key
        ) as place
    from staging.order_told_by as told_by
    join scope_person as scope on scope.shop_id = told_by.shop_id and scope.person_key = told_by.person_key
),

owned as (
    select distinct
        identity.shop_id, identity.person_key, identity.order_key,
        identity.ordered_at, identity.ordered_s, identity.ordered_on, identity.paid_s, identity.delivered_s
    from staging.order_identity as identity
    join scope_person as scope on scope.shop_id = identity.shop_id and scope.person_key = identity.person_key
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
    told.order_key is not null and (
        told.ordered_at < owned.ordered_at or (told.ordered_at = owned.ordered_at and told.order_key < owned.order_key)
    ) as has_earlier
from owned
left join told on told.shop_id = owned.shop_id and told.person_key = owned.person_key and told.place = 1
