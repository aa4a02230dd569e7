-- law: Totals add up: on every day, sales by source and payment, by product and by category are those of the shop, to the minor unit.
with expected as (
    select spend.shop_id, spend.day_on, spend.currency, parts.report, spend.gross_minor, spend.discount_minor, spend.refund_minor
    from reports.shop_spend_daily as spend
    cross join (values ('sales_daily'), ('product_spend_daily'), ('category_spend_daily')) as parts (report)
),
part as (
    select 'sales_daily' as report, shop_id, day_on, currency, gross_minor, discount_minor, refund_minor, cash_refund_minor
    from reports.sales_daily
    union all
    select 'product_spend_daily' as report, shop_id, day_on, currency, gross_minor, discount_minor, refund_minor, cash_refund_minor
    from reports.product_spend_daily
    union all
    select 'category_spend_daily' as report, shop_id, day_on, currency, gross_minor, discount_minor, refund_minor, cash_refund_minor
    from reports.category_spend_daily
),
summed as (
    select report, shop_id, day_on, currency, sum(gross_minor) as gross_minor, sum(discount_minor) as discount_minor,
        sum(refund_minor) as refund_minor, sum(cash_refund_minor) as cash_refund_minor
    from part
    group by report, shop_id, day_on, currency
),
cash as (
    select shop_id, day_on, currency, min(cash_refund_minor) as least_minor, max(cash_refund_minor) as most_minor, count(*) as reports
    from summed
    group by shop_id, day_on, currency
)
select report, shop_id, day_on, currency
from expected
full join summed using (report, shop_id, day_on, currency)
where coalesce(expected.gross_minor, 0) <> coalesce(summed.gross_minor, 0)
    or coalesce(expected.discount_minor, 0) <> coalesce(summed.discount_minor, 0)
    or coalesce(expected.refund_minor, 0) <> coalesce(summed.refund_minor, 0)
union all
select 'cash' as report, shop_id, day_on, currency
from cash
where least_minor <> most_minor or (reports < 3 and most_minor <> 0)
