-- description: One row per till receipt, as it was last told.
-- grain: shop_id, receipt_key
-- partition: order receipt_key
-- input raw.store_sale: order receipt_key
-- as_of: none
-- column person_key: Who bought; '' where the till does not know.
-- check fail not_null: shop_id, receipt_key, sold_on, currency, gross_minor, discount_minor, refund_minor, tax_minor
-- check fail not_negative: gross_minor >= 0 and discount_minor >= 0
with told as (
    select
        sale.shop_id, sale.receipt_key, sale.asset_id, sale.occurred_at, sale.occurred_s, sale.occurred_on, sale.currency,
        sale.gross_minor, sale.discount_minor, sale.refund_minor, sale.tax_minor, sale.item_count,
        coalesce(sale.person_key, '') as person_key,
        row_number() over (
            partition by sale.shop_id, sale.receipt_key order by sale.told_at desc, sale.row_id desc
        ) as choice
    from raw.store_sale as sale
    join scope_order as scope on scope.shop_id = sale.shop_id and scope.order_key = sale.receipt_key
)

select
    shop_id, receipt_key, asset_id, person_key, occurred_at as sold_at, occurred_s as sold_s, occurred_on as sold_on, currency,
    gross_minor, discount_minor, refund_minor, tax_minor, item_count
from told
where choice = 1
