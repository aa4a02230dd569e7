-- law: Ratios and longer periods come from sums: a month of attribution holds what its days hold.
with days as (
    select shop_id, cast(date_trunc('month', day_on) as date) as month_on, model, attribution_window, level,
        sum(credited_ppb) as credited_ppb, sum(net_minor) as net_minor
    from reports.attribution_daily
    group by shop_id, cast(date_trunc('month', day_on) as date), model, attribution_window, level
),
months as (
    select shop_id, month_on, model, attribution_window, level, sum(credited_ppb) as credited_ppb, sum(net_minor) as net_minor
    from reports.attribution
    group by shop_id, month_on, model, attribution_window, level
)
select coalesce(days.shop_id, months.shop_id) as shop_id, coalesce(days.month_on, months.month_on) as month_on
from days
full join months on months.shop_id = days.shop_id and months.month_on = days.month_on and months.model = days.model
    and months.attribution_window = days.attribution_window and months.level = days.level
where days.credited_ppb is distinct from months.credited_ppb or days.net_minor is distinct from months.net_minor
