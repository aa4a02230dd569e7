-- law: Conservation: at every model and level, all ad spend counts, with or without an order.
with expected as (
    select spent.shop_id, models.model, levels.level, sum(spent.ad_spend_minor) as ad_spend_minor
    from reports.ad_spend_daily as spent
    cross join (values ('first_touch'), ('last_touch'), ('linear')) as models (model)
    cross join (values ('channel'), ('campaign'), ('adset'), ('ad')) as levels (level)
    group by spent.shop_id, models.model, levels.level
),
reported as (
    select shop_id, model, level, sum(coalesce(ad_spend_minor, 0)) as ad_spend_minor
    from reports.attribution_daily
    where attribution_window = '7d_click'
    group by shop_id, model, level
)
select shop_id, model, level
from expected
full join reported using (shop_id, model, level)
where coalesce(expected.ad_spend_minor, 0) <> coalesce(reported.ad_spend_minor, 0)
