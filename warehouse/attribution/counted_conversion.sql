-- description: One row per conversion, those of nobody known too.
-- grain: shop_id, conversion_type, conversion_key
-- partition: order conversion_key
-- input staging.order_telling: order order_key
-- input staging.store_sale: order receipt_key
-- input attribution.conversion: order conversion_key
-- as_of: none
-- column month_on: First day of the local month of the conversion.
-- column reset_s: UTC epoch second of the conversion of this type that the person had before, by whichever identifier; null for none.
-- column identifiers: Identifiers of the person as of the conversion; 0 of nobody known.
-- check fail not_null: shop_id, conversion_type, conversion_key, converted_at, converted_s, converted_on, month_on
-- The rules are enough: orders, receipts and the others each have their own key, and a row is made of rows with that key.
with told as (
    select
        shop_id, 'purchase' as conversion_type, order_key as conversion_key,
        ordered_at as converted_at, ordered_s as converted_s, ordered_on as converted_on, null as previous_s, 0 as identifiers
    from staging.order_telling
    union all
    select
        shop_id, 'in_store' as conversion_type, receipt_key as conversion_key,
        sold_at as converted_at, sold_s as converted_s, sold_on as converted_on, null as previous_s, 0 as identifiers
    from staging.store_sale
    where gross_minor > 0
    union all
    select shop_id, conversion_type, conversion_key, converted_at, converted_s, converted_on, previous_s, 1 as identifiers
    from attribution.conversion
)

select
    told.shop_id, told.conversion_type, told.conversion_key, told.converted_at, told.converted_s, told.converted_on,
    cast(date_trunc('month', told.converted_on) as date) as month_on,
    max(told.previous_s) as reset_s,
    cast(sum(told.identifiers) as bigint) as identifiers
from told
join scope_order as scope on scope.shop_id = told.shop_id and scope.order_key = told.conversion_key
group by told.shop_id, told.conversion_type, told.conversion_key, told.converted_at, told.converted_s, told.converted_on
