-- description: One row per till receipt, as it was last told.
-- grain: shop_id, receipt_key
-- partition: order receipt_key
-- input raw.store_sale: order receipt_key
-- input staging.fx_daily: stored sold_on day_on
-- as_of: none
-- column person_key: Who bought; '' where the till does not know.
-- column reporting_gross_minor: In the reporting currency at the rate of the day, rounded half away from zero; null without a rate.
-- column reporting_net_minor: gross - discount - refund, converted alike.
-- check fail not_null: shop_id, receipt_key, sold_on, currency, reporting_currency, gross_minor, discount_minor, refund_minor, tax_minor
-- check fail not_negative: gross_minor >= 0 and discount_minor >= 0
-- The rules are enough: a receipt is made of its own tellings; a rate of a day changes the stored receipts of it, others are dirty by themselves.
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
),

sale as (
    select
        told.shop_id, told.receipt_key, told.asset_id, told.person_key, told.occurred_at, told.occurred_s, told.occurred_on, told.currency,
        told.gross_minor, told.discount_minor, told.refund_minor, told.tax_minor, told.item_count,
        told.gross_minor - told.discount_minor - told.refund_minor as net_minor,
        fx.reporting_currency, fx.multiplier, fx.divisor, 2 * fx.divisor as twice
    from told
    left join staging.fx_daily as fx
        on fx.shop_id = told.shop_id and fx.day_on = told.occurred_on and fx.currency = told.currency
    where told.choice = 1
),

product as (
    select
        shop_id, receipt_key, asset_id, person_key, occurred_at, occurred_s, occurred_on, currency,
        gross_minor, discount_minor, refund_minor, tax_minor, item_count, net_minor, reporting_currency, twice,
        2 * abs(cast(gross_minor as decimal(28, 0))) * multiplier + divisor as gross_product,
        2 * abs(cast(net_minor as decimal(28, 0))) * multiplier + divisor as net_product
    from sale
)

select
    shop_id, receipt_key, asset_id, person_key, occurred_at as sold_at, occurred_s as sold_s, occurred_on as sold_on, currency,
    gross_minor, discount_minor, refund_minor, tax_minor, item_count, reporting_currency,
    cast(sign(gross_minor) * ((gross_product - mod(gross_product, twice)) / twice) as bigint) as reporting_gross_minor,
    cast(sign(net_minor) * ((net_product - mod(net_product, twice)) / twice) as bigint) as reporting_net_minor
from product
