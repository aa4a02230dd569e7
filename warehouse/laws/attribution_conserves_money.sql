-- law: Conservation: by every model, window and level, attributed and unattributed money adds up to the shop's day, to the minor unit.
with told as (
    select windows.shop_id, models.model, windows.attribution_window, levels.level
    from (select distinct shop_id, attribution_window from reports.attribution_daily) as windows
    cross join (select distinct model from reports.attribution_daily) as models
    cross join (select distinct level from reports.attribution_daily) as levels
),
expected as (
    select sales.shop_id, sales.day_on, sales.currency, told.model, told.attribution_window, told.level,
        sales.gross_minor, sales.discount_minor, sales.refund_minor, sales.net_minor
    from reports.shop_spend_daily as sales
    join told on told.shop_id = sales.shop_id
),
credited as (
    select shop_id, day_on, currency, model, attribution_window, level,
        sum(gross_minor) as gross_minor, sum(discount_minor) as discount_minor,
        sum(refund_minor) as refund_minor, sum(net_minor) as net_minor
    from reports.attribution_daily
    group by shop_id, day_on, currency, model, attribution_window, level
)
select shop_id, day_on, currency, model, attribution_window, level
from expected
full join credited using (shop_id, day_on, currency, model, attribution_window, level)
where coalesce(expected.gross_minor, 0) <> coalesce(credited.gross_minor, 0)
    or coalesce(expected.discount_minor, 0) <> coalesce(credited.discount_minor, 0)
    or coalesce(expected.refund_minor, 0) <> coalesce(credited.refund_minor, 0)
    or coalesce(expected.net_minor, 0) <> coalesce(credited.net_minor, 0)
