-- law: Conservation: by every model, window and level, refunds of their own day add up to those that were made on it.
with told as (
    select windows.shop_id, models.model, windows.attribution_window, levels.level
    from (select distinct shop_id, attribution_window from reports.attribution_daily) as windows
    cross join (select distinct model from reports.attribution_daily) as models
    cross join (select distinct level from reports.attribution_daily) as levels
),
made as (
    select shop_id, refunded_on as day_on, currency, sum(refund_minor) as refund_minor
    from staging.refund
    group by shop_id, refunded_on, currency
),
expected as (
    select made.shop_id, made.day_on, made.currency, told.model, told.attribution_window, told.level, made.refund_minor
    from made
    join told on told.shop_id = made.shop_id
),
credited as (
    select shop_id, day_on, currency, model, attribution_window, level, sum(cash_refund_minor) as refund_minor
    from reports.attribution_daily
    group by shop_id, day_on, currency, model, attribution_window, level
)
select shop_id, day_on, currency, model, attribution_window, level
from expected
full join credited using (shop_id, day_on, currency, model, attribution_window, level)
where coalesce(expected.refund_minor, 0) <> coalesce(credited.refund_minor, 0)
