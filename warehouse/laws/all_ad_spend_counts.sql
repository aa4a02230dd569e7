-- law: Conservation: at every model and level, all ad spend counts, with or without an order.
with reported as (
    select shop_id, model, attribution_window, level, sum(coalesce(ad_spend_minor, 0)) as ad_spend_minor
    from reports.attribution_daily
    group by shop_id, model, attribution_window, level
),
spent as (
    select shop_id, sum(ad_spend_minor) as ad_spend_minor
    from reports.ad_spend_daily
    group by shop_id
)
select spent.shop_id, reported.model, reported.level
from spent
left join reported on reported.shop_id = spent.shop_id
where coalesce(reported.ad_spend_minor, 0) <> spent.ad_spend_minor
