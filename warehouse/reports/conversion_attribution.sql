-- description: Conversions other than purchases by what brought them, and what each cost, in the local month of the conversion.
-- grain: shop_id, month_on, conversion_type, model, attribution_window, level, level_id
-- partition: month month_on
-- input attribution.conversion_credit: month month_on
-- as_of: none
-- column shop_id: Shop.
-- column month_on: First day of the local month.
-- column conversion_type: reorder, in_store, opt_in or lead.
-- column model: Attribution model, as in attribution.
-- column attribution_window: How far back touches count.
-- column level: channel, campaign, adset or ad.
-- column level_id: What is credited; else `unattributed`, `not_modelled`, `no_ad` or `unknown`.
-- column level_name: Its name.
-- column credited_conversions: Conversions credited: credited_ppb / 10^9.
-- column reporting_currency: ISO 4217 code that ad spend is told in; null where no ad of the row cost anything.
-- column reporting_ad_spend_minor: What the ads cost in the month, all of it beside each conversion type; null where a rate is missing.
-- column cost_per_conversion_minor: Ad spend / conversions credited, rounded half away from zero; null without either.
-- column credited_ppb: Conversions credited, in parts per billion.
-- check fail not_null: shop_id, month_on, conversion_type, model, attribution_window, level, level_id, level_name, credited_ppb
-- The rule is enough: a month's rows are of that month's credit and cost.
with model as (
    select 'first_touch' as model union all select 'last_touch' as model union all select 'last_non_direct' as model union all select 'linear' as model
    union all select 'linear_unique' as model union all select 'time_decay' as model union all select 'position' as model union all select 'markov_1' as model
    union all select 'markov_2' as model union all select 'markov_3' as model union all select 'markov_4' as model union all select 'shapley_rate' as model union all select 'leave_one_out' as model
),

level as (
    select 'channel' as level union all select 'campaign' as level union all select 'adset' as level union all select 'ad' as level
),

cell as (
    select distinct credit.shop_id, credit.month_on, credit.conversion_type, credit.attribution_window
    from attribution.conversion_credit as credit
    join scope_month as scope on scope.shop_id = credit.shop_id and scope.month_on = credit.month_on
    where credit.conversion_type <> ''
),

told as (
    select
        cell.shop_id, cell.month_on, cell.conversion_type, cell.attribution_window, level.level, model.model,
        credit.reporting_currency, coalesce(credit.reporting_ad_spend_minor, case when credit.conversion_type <> '' then 0 end) as ad_spend,
        case when credit.channel in ('unattributed', 'not_modelled') then credit.channel
            when credit.ad_id = '' and credit.channel <> 'meta_ads' then 'no_ad' else 'unknown' end as without_id,
        case level.level when 'channel' then credit.channel when 'campaign' then credit.campaign_id when 'adset' then credit.adset_id
            else nullif(credit.ad_id, '') end as own_id,
        case level.level when 'campaign' then credit.campaign_name when 'adset' then credit.adset_name when 'ad' then credit.ad_name end as own_name,
        case model.model
            when 'first_touch' then credit.first_touch_ppb when 'last_touch' then credit.last_touch_ppb when 'last_non_direct' then credit.last_non_direct_ppb when 'linear' then credit.linear_ppb
            when 'linear_unique' then credit.linear_unique_ppb when 'time_decay' then credit.time_decay_ppb when 'position' then credit.position_ppb when 'markov_1' then credit.markov_1_ppb
            when 'markov_2' then credit.markov_2_ppb when 'markov_3' then credit.markov_3_ppb when 'markov_4' then credit.markov_4_ppb when 'shapley_rate' then credit.shapley_rate_ppb
            when 'leave_one_out' then credit.leave_one_out_ppb
        end as credited_ppb
    from cell
    join attribution.conversion_credit as credit
        on credit.shop_id = cell.shop_id and credit.month_on = cell.month_on and credit.conversion_type in ('', cell.conversion_type)
        and credit.attribution_window in ('', cell.attribution_window)
    cross join level
    cross join model
),

total as (
    select
        shop_id, month_on, conversion_type, model, attribution_window, level, coalesce(own_id, without_id) as level_id, max(own_name) as own_name,
        max(reporting_currency) as reporting_currency, cast(sum(credited_ppb) as bigint) as credited_ppb,
        cast(case when count(ad_spend) = count(*) then sum(ad_spend) end as bigint) as reporting_ad_spend_minor
    from told
    group by shop_id, month_on, conversion_type, model, attribution_window, level, coalesce(own_id, without_id)
)

select
    shop_id, month_on, conversion_type, model, attribution_window, level, level_id,
    coalesce(own_name, case level_id when 'no_ad' then 'Touch without an ad' when 'store_qr' then 'Store QR code'
        else upper(substr(level_id, 1, 1)) || replace(substr(level_id, 2), '_', ' ') end) as level_name,
    credited_ppb / 1e9 as credited_conversions, reporting_currency, reporting_ad_spend_minor,
    case when credited_ppb > 0 and reporting_ad_spend_minor <> 0 then cast((
        2 * cast(reporting_ad_spend_minor as decimal(28, 0)) * 1000000000 + credited_ppb - mod(2 * cast(reporting_ad_spend_minor as decimal(28, 0)) * 1000000000 + credited_ppb, 2 * credited_ppb)
    ) / (2 * credited_ppb) as bigint) end as cost_per_conversion_minor,
    credited_ppb
from total
where credited_ppb <> 0 or coalesce(reporting_ad_spend_minor, 1) <> 0
