-- description: One row per conversion that is no order, identifier told with it, and identifier of the same person as of it (itself included).
-- grain: shop_id, conversion_type, conversion_key, told_key, person_key
-- partition: person told_key
-- input staging.reorder: person person_key
-- input staging.store_sale: person person_key
-- input staging.opt_in: person person_key
-- input staging.message: person person_key
-- input staging.identity: person person_key
-- as_of: none
-- column conversion_type: reorder, in_store (a receipt of a sale), opt_in or lead.
-- column conversion_key: The receipt's; of the others the identifier and what it did, so that none is another person's.
-- check fail not_null: shop_id, conversion_type, conversion_key, told_key, person_key, converted_at, converted_s, converted_on
-- The rules are enough: each conversion names its identifier, and staging.identity tells of both ends of a chain that it changed.
with told as (
    select
        shop_id, 'reorder' as conversion_type, person_key || ':' || order_ref as conversion_key, person_key as told_key,
        confirmed_at as converted_at, confirmed_s as converted_s, confirmed_on as converted_on
    from staging.reorder
    union all
    select
        shop_id, 'in_store' as conversion_type, receipt_key as conversion_key, person_key as told_key,
        sold_at as converted_at, sold_s as converted_s, sold_on as converted_on
    from staging.store_sale
    where gross_minor > 0 and person_key <> ''
    union all
    select
        shop_id, 'opt_in' as conversion_type, person_key || ':' || cast(opted_in_s as varchar) as conversion_key,
        person_key as told_key, opted_in_at as converted_at, opted_in_s as converted_s, opted_in_on as converted_on
    from staging.opt_in
    union all
    select
        shop_id, 'lead' as conversion_type, person_key || ':' || message_key as conversion_key, person_key as told_key,
        min(occurred_at) as converted_at, min(occurred_s) as converted_s, min(occurred_on) as converted_on
    from staging.message
    where kind = 'lead'
    group by shop_id, person_key, message_key
),

scoped as (
    select
        told.shop_id, told.conversion_type, told.conversion_key, told.told_key, told.converted_at, told.converted_s, told.converted_on
    from told
    join scope_person as scope on scope.shop_id = told.shop_id and scope.person_key = told.told_key
)

select
    shop_id, conversion_type, conversion_key, told_key, told_key as person_key, converted_at, converted_s, converted_on
from scoped
union all
select distinct
    scoped.shop_id, scoped.conversion_type, scoped.conversion_key, scoped.told_key, identity.known_key as person_key,
    scoped.converted_at, scoped.converted_s, scoped.converted_on
from scoped
join staging.identity as identity
    on identity.shop_id = scoped.shop_id and identity.person_key = scoped.told_key
    and identity.linked_at <= scoped.converted_at and scoped.converted_at < identity.severed_at
