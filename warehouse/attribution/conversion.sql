-- description: One row per conversion and identifier of its person as of the conversion; conversions of nobody known have none.
-- grain: shop_id, conversion_type, conversion_key, person_key
-- partition: person person_key
-- input staging.order_identity: person person_key
-- input attribution.conversion_identity: person person_key
-- as_of: none
-- column conversion_type: purchase, reorder, in_store, opt_in or lead.
-- column conversion_key: Order, receipt, or the identifier and what it did.
-- column is_told_key: Whether the conversion itself names the identifier; else a chain of links leads to it.
-- column previous_s: UTC epoch second of the identifier's conversion of this type just before; of two at one second the smaller key is before.
-- check fail not_null: shop_id, conversion_type, conversion_key, person_key, is_told_key, converted_at, converted_s, converted_on
-- check fail previous_is_before: previous_s is null or previous_s <= converted_s
-- The rules are enough: both inputs have a row for every identifier, and a row is compared with rows of the same identifier alone.
with told as (
    select
        shop_id, 'purchase' as conversion_type, order_key as conversion_key, person_key, told_key,
        ordered_at as converted_at, ordered_s as converted_s, ordered_on as converted_on
    from staging.order_identity
    union all
    select shop_id, conversion_type, conversion_key, person_key, told_key, converted_at, converted_s, converted_on
    from attribution.conversion_identity
),

conversion as (
    select
        told.shop_id, told.conversion_type, told.conversion_key, told.person_key,
        max(case when told.told_key = told.person_key then 1 else 0 end) = 1 as is_told_key,
        told.converted_at, told.converted_s, told.converted_on
    from told
    join scope_person as scope on scope.shop_id = told.shop_id and scope.person_key = told.person_key
    group by
        told.shop_id, told.conversion_type, told.conversion_key, told.person_key,
        told.converted_at, told.converted_s, told.converted_on
)

select
    shop_id, conversion_type, conversion_key, person_key, is_told_key, converted_at, converted_s, converted_on,
    lag(converted_s) over (
        partition by shop_id, conversion_type, person_key order by converted_s, conversion_key
    ) as previous_s
from conversion
