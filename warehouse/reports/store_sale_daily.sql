-- description: What customers spent at a shop's tills, by the local day of the receipt.
-- grain: shop_id, day_on, currency
-- partition: day day_on
-- input staging.store_sale: day sold_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day of the receipts; a return counts on its own day.
-- column currency: ISO 4217 code of the money.
-- column receipts: Receipts, returns included.
-- column known_receipts: Receipts whose buyer the till knows.
-- column buyers: People known on these receipts, by the name that the till knows them by.
-- column gross_minor: Goods sold before discount, without tax.
-- column discount_minor: Discounts.
-- column refund_minor: Given back for returned goods.
-- column net_minor: gross - discount - refund.
-- column tax_minor: Tax; that of returns taken off.
-- check fail not_null: shop_id, day_on, currency, receipts, net_minor
-- check fail net_is_difference: net_minor = gross_minor - discount_minor - refund_minor
-- check fail known_are_receipts: buyers <= known_receipts and known_receipts <= receipts
-- The rule is enough: a row adds up the receipts of its own day; a receipt told again changes its own row.
select
    sale.shop_id,
    sale.sold_on as day_on,
    sale.currency,
    count(*) as receipts,
    count(nullif(sale.person_key, '')) as known_receipts,
    count(distinct nullif(sale.person_key, '')) as buyers,
    cast(sum(sale.gross_minor) as bigint) as gross_minor,
    cast(sum(sale.discount_minor) as bigint) as discount_minor,
    cast(sum(sale.refund_minor) as bigint) as refund_minor,
    cast(sum(sale.gross_minor - sale.discount_minor - sale.refund_minor) as bigint) as net_minor,
    cast(sum(sale.tax_minor) as bigint) as tax_minor
from staging.store_sale as sale
join scope_day as scope on scope.shop_id = sale.shop_id and scope.day_on = sale.sold_on
group by sale.shop_id, sale.sold_on, sale.currency
