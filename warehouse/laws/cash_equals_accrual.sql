-- law: Totals add up: over all time the cash view of refunds and cancellations equals the accrual view, to the minor unit.
with total as (
    select 'sales_daily' as report, shop_id, currency, sum(refund_minor) as refund_minor, sum(cash_refund_minor) as cash_refund_minor
    from reports.sales_daily
    group by shop_id, currency
    union all
    select 'product_spend_daily' as report, shop_id, currency, sum(refund_minor) as refund_minor, sum(cash_refund_minor) as cash_refund_minor
    from reports.product_spend_daily
    group by shop_id, currency
    union all
    select 'category_spend_daily' as report, shop_id, currency, sum(refund_minor) as refund_minor, sum(cash_refund_minor) as cash_refund_minor
    from reports.category_spend_daily
    group by shop_id, currency
)
select report, shop_id, currency
from total
where refund_minor <> cash_refund_minor
