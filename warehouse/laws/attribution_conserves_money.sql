-- law: Conservation: at every model and level, attributed and unattributed money adds up to the shop's, to the minor unit.
with expected as (
    select sales.shop_id, sales.currency, models.model, levels.level,
        sum(sales.gross_minor) as gross_minor, sum(sales.discount_minor) as discount_minor,
        sum(sales.refund_minor) as refund_minor, sum(sales.net_minor) as net_minor
    from reports.shop_spend_daily as sales
    cross join (values ('first_touch'), ('last_touch'), ('linear')) as models (model)
    cross join (values ('channel'), ('campaign'), ('adset'), ('ad')) as levels (level)
    group by sales.shop_id, sales.currency, models.model, levels.level
),
credited as (
    select shop_id, currency, model, level,
        sum(gross_minor) as gross_minor, sum(discount_minor) as discount_minor,
        sum(refund_minor) as refund_minor, sum(net_minor) as net_minor
    from reports.attribution_daily
    where attribution_window = '7d_click'
    group by shop_id, currency, model, level
)
select shop_id, currency, model, level
from expected
full join credited using (shop_id, currency, model, level)
where coalesce(expected.gross_minor, 0) <> coalesce(credited.gross_minor, 0)
    or coalesce(expected.discount_minor, 0) <> coalesce(credited.discount_minor, 0)
    or coalesce(expected.refund_minor, 0) <> coalesce(credited.refund_minor, 0)
    or coalesce(expected.net_minor, 0) <> coalesce(credited.net_minor, 0)
