-- law: Conservation: by every model, window and level, all ad spend counts, with or without an order.
with told as (
    select windows.shop_id, models.model, windows.attribution_window, levels.level
    from (select distinct shop_id, attribution_window from reports.attribution_daily) as windows
    cross join (select distinct model from reports.attribution_daily) as models
    cross join (select distinct level from reports.attribution_daily) as levels
),
expected as (
    select spent.shop_id, spent.day_on, spent.currency, told.model, told.attribution_window, told.level, sum(spent.ad_spend_minor) as ad_spend_minor
    from reports.ad_spend_daily as spent
    join told on told.shop_id = spent.shop_id
    group by spent.shop_id, spent.day_on, spent.currency, told.model, told.attribution_window, told.level
),
reported as (
    select shop_id, day_on, currency, model, attribution_window, level, sum(ad_spend_minor) as ad_spend_minor
    from reports.attribution_daily
    group by shop_id, day_on, currency, model, attribution_window, level
)
select shop_id, day_on, currency, model, attribution_window, level
from expected
full join reported using (shop_id, day_on, currency, model, attribution_window, level)
where coalesce(expected.ad_spend_minor, 0) <> coalesce(reported.ad_spend_minor, 0)
