-- description: One row per local day and currency: the day's sales in the shop's reporting currency.
-- grain: shop_id, day_on, currency
-- partition: day day_on
-- input staging.order_line: day ordered_on
-- input staging.refund: day counted_on
-- as_of: none
-- column reporting_gross_minor: Line by line at the day's rate; null without a rate, as the next ones.
-- column reporting_refund_minor: Of lines, and of refunds without an order on the day they count on.
-- check fail not_null: shop_id, day_on, currency, reporting_currency
-- The rules are enough: a row adds up the lines and lone refunds of its own day.
with flow as (
    select
        line.shop_id, line.ordered_on as day_on, line.currency, line.reporting_currency,
        line.reporting_gross_minor, line.reporting_discount_minor, line.reporting_refund_minor
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

-- money of one day and currency has one rate: all of it is converted or none is
select
    shop_id, day_on, currency, reporting_currency,
    case when count(*) = count(reporting_refund_minor) then cast(sum(reporting_gross_minor) as bigint) end as reporting_gross_minor,
    case when count(*) = count(reporting_refund_minor) then cast(sum(reporting_discount_minor) as bigint) end as reporting_discount_minor,
    case when count(*) = count(reporting_refund_minor) then cast(sum(reporting_refund_minor) as bigint) end as reporting_refund_minor
from flow
group by shop_id, day_on, currency, reporting_currency
