-- law: Conservation: at every model and level, attributed and unattributed money adds up to the shop's, to the minor unit.
with credited as (
    select shop_id, model, attribution_window, level,
        sum(gross_minor) as gross_minor, sum(discount_minor) as discount_minor, sum(refund_minor) as refund_minor, sum(net_minor) as net_minor
    from reports.attribution_daily
    group by shop_id, model, attribution_window, level
),
sales as (
    select shop_id,
        sum(gross_minor) as gross_minor, sum(discount_minor) as discount_minor, sum(refund_minor) as refund_minor, sum(net_minor) as net_minor
    from reports.shop_spend_daily
    group by shop_id
)
select credited.shop_id, credited.model, credited.level
from credited
join sales on sales.shop_id = credited.shop_id
where credited.gross_minor <> sales.gross_minor
    or credited.discount_minor <> sales.discount_minor
    or credited.refund_minor <> sales.refund_minor
    or credited.net_minor <> sales.net_minor
