-- law: Ratios and longer periods come from sums: a month of attribution holds what its days hold.
with days as (
    select shop_id, cast(date_trunc('month', day_on) as date) as month_on, model, attribution_window, level,
        sum(credited_ppb) as credited_ppb, sum(net_minor) as net_minor, sum(cash_net_minor) as cash_net_minor, sum(ad_spend_minor) as ad_spend_minor
    from reports.attribution_daily
    group by shop_id, cast(date_trunc('month', day_on) as date), model, attribution_window, level
),
months as (
    select shop_id, month_on, model, attribution_window, level,
        sum(credited_ppb) as credited_ppb, sum(net_minor) as net_minor, sum(cash_net_minor) as cash_net_minor, sum(ad_spend_minor) as ad_spend_minor
    from reports.attribution
    group by shop_id, month_on, model, attribution_window, level
)
select shop_id, month_on, model, attribution_window, level
from days
full join months using (shop_id, month_on, model, attribution_window, level)
where days.credited_ppb is distinct from months.credited_ppb or days.net_minor is distinct from months.net_minor
    or days.cash_net_minor is distinct from months.cash_net_minor or days.ad_spend_minor is distinct from months.ad_spend_minor
