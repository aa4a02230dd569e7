-- description: One row per shop, local day and currency of sales: what they are in the reporting currency.
-- grain: shop_id, day_on, currency
-- partition: day day_on
-- input staging.order_line: day ordered_on
-- input staging.refund: day counted_on
-- as_of: none
-- column reporting_gross_minor: In the reporting currency, line by line; null without a rate, as the next ones.
-- column reporting_refund_minor: Of the day's orders, and of refunds without an order on their own day.
-- check fail not_null: shop_id, day_on, currency, reporting_currency
-- The rules are enough: a row adds up the lines and lone refunds of its day.
with flow as (
    select
        line.shop_id, line.ordered_on as day_on, line.currency, line.reporting_currency,
        line.reporting_gross_minor, line.reporting_discount_minor,
        line.reporting_refund_minor
    from staging.order_line as line
    join scope_day as scope on scope.shop_id = line.shop_id and scope.day_on = line.ordered_on
    union all
    select
        refund.shop_id, refund.counted_on as day_on, refund.currency, refund.reporting_currency,
        0 as reporting_gross_minor, 0 as reporting_discount_minor, refund.reporting_refund_minor
    from staging.refund as refund
    join scope_day as scope on scope.shop_id = refund.shop_id and scope.day_on = refund.counted_on
    where not refund.is_on_order
)

select
    shop_id, day_on, currency, reporting_currency,
    -- money of one day and currency has one rate: all of it is converted or none is
    cast(case when count(*) = count(reporting_refund_minor) then sum(reporting_gross_minor) end as bigint) as reporting_gross_minor,
    cast(case when count(*) = count(reporting_refund_minor) then sum(reporting_discount_minor) end as bigint) as reporting_discount_minor,
    cast(case when count(*) = count(reporting_refund_minor) then sum(reporting_refund_minor) end as bigint) as reporting_refund_minor
from flow
group by shop_id, day_on, currency, reporting_currency
