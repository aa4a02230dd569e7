-- description: One row per conversion that brings money: an order or a till receipt, what it is worth and who bought.
-- grain: shop_id, conversion_type, conversion_key
-- partition: order conversion_key
-- input staging.orders: order order_key
-- input staging.store_sale: order receipt_key
-- as_of: none
-- column month_on: First day of its local month.
-- column customer_key: Who bought; a conversion without a known buyer is a customer of its own.
-- column is_known: Whether the buyer is known.
-- check fail not_null: shop_id, conversion_type, conversion_key, month_on, customer_key, is_known, currency, gross_minor, net_minor
-- The rules are enough: a row holds its own order or receipt and nothing else; a refund changes staging.orders first.
with value as (
    select
        shop_id, 'purchase' as conversion_type, order_key as conversion_key, ordered_on as converted_on, person_key,
        currency, gross_minor, net_minor
    from staging.orders
    union all
    select
        shop_id, 'in_store' as conversion_type, receipt_key as conversion_key, sold_on as converted_on, person_key,
        currency, gross_minor, gross_minor - discount_minor - refund_minor as net_minor
    from staging.store_sale
)

select
    value.shop_id, value.conversion_type, value.conversion_key, value.converted_on,
    cast(date_trunc('month', value.converted_on) as date) as month_on,
    coalesce(nullif(value.person_key, ''), value.conversion_key) as customer_key,
    value.person_key <> '' as is_known,
    value.currency, value.gross_minor, value.net_minor
from value
join scope_order as scope on scope.shop_id = value.shop_id and scope.order_key = value.conversion_key
