-- description: One row per local day and ad, or touch without one: what it is credited with beside what it cost, with its names.
-- grain: shop_id, day_on, attribution_window, channel, ad_id, product_id, currency, measure
-- partition: day day_on
-- input attribution.credit_daily: day day_on
-- input staging.ad_spend: day day_on
-- input staging.ad: stored ad_id
-- as_of: none
-- column attribution_window: '' for what is the same in each: what an ad cost, and money given back without an order.
-- column channel: `not_modelled` for what shapley_rate could not solve.
-- column measure: As in credit_daily; of ads ad_spend, reporting_ad_spend, unconverted_ad_spend, impressions, clicks, conversations, claimed_orders, claimed_value.
-- check fail not_null: shop_id, day_on, attribution_window, channel, ad_id, product_id, currency, measure, linear
-- The rules are enough: credit and cost bear the day; a changed name reaches the stored days of its ad, and days that are not stored are dirty by themselves.
with spend_measure as (
    select 'ad_spend' as measure union all select 'reporting_ad_spend' as measure union all select 'impressions' as measure union all select 'clicks' as measure
    union all select 'conversations' as measure union all select 'claimed_orders' as measure union all select 'claimed_value' as measure
    union all select 'unconverted_ad_spend' as measure
),

spent as (
    select
        spend.shop_id, spend.day_on, spend.ad_id, spend.currency, each.measure,
        case each.measure
            when 'ad_spend' then spend.ad_spend_minor when 'impressions' then spend.impressions when 'clicks' then spend.clicks
            when 'conversations' then spend.conversation_started_count when 'claimed_orders' then spend.claimed_order_count
            when 'claimed_value' then spend.claimed_value_minor
            when 'reporting_ad_spend' then case when spend.reporting_currency <> spend.currency then spend.reporting_ad_spend_minor end
            when 'unconverted_ad_spend' then case when spend.reporting_ad_spend_minor is null then 1 end
        end as amount
    from staging.ad_spend as spend
    join scope_day as scope on scope.shop_id = spend.shop_id and scope.day_on = spend.day_on
    cross join spend_measure as each
),

flow as (
    select
        credit.shop_id, credit.day_on, credit.attribution_window, credit.channel, credit.ad_id, credit.product_id, credit.currency, credit.measure,
        credit.first_touch, credit.last_touch, credit.last_non_direct, credit.linear, credit.linear_unique, credit.time_decay, credit.position,
        credit.markov_1, credit.markov_2, credit.markov_3, credit.markov_4, credit.shapley_rate, credit.leave_one_out
    from attribution.credit_daily as credit
    join scope_day as scope on scope.shop_id = credit.shop_id and scope.day_on = credit.day_on
    union all
    select
        credit.shop_id, credit.day_on, credit.attribution_window, 'not_modelled' as channel, '' as ad_id, '' as product_id, credit.currency,
        credit.measure, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, cast(sum(credit.linear) - sum(coalesce(credit.shapley_rate, 0)) as bigint), 0
    from attribution.credit_daily as credit
    join scope_day as scope on scope.shop_id = credit.shop_id and scope.day_on = credit.day_on
    group by credit.shop_id, credit.day_on, credit.attribution_window, credit.currency, credit.measure
    having sum(credit.linear) <> sum(coalesce(credit.shapley_rate, 0))
    union all
    select
        shop_id, day_on, '' as attribution_window, 'meta_ads' as channel, ad_id, '' as product_id, currency, measure,
        cast(sum(amount) as bigint), cast(sum(amount) as bigint), cast(sum(amount) as bigint), cast(sum(amount) as bigint),
        cast(sum(amount) as bigint), cast(sum(amount) as bigint), cast(sum(amount) as bigint), cast(sum(amount) as bigint),
        cast(sum(amount) as bigint), cast(sum(amount) as bigint), cast(sum(amount) as bigint), cast(sum(amount) as bigint),
        cast(sum(amount) as bigint)
    from spent
    where amount is not null
    group by shop_id, day_on, ad_id, currency, measure
)

select
    flow.shop_id, flow.day_on, flow.attribution_window, flow.channel, flow.ad_id, flow.product_id, flow.currency, flow.measure,
    ad.campaign_id, coalesce(ad.campaign_name, ad.campaign_id) as campaign_name, ad.adset_id, coalesce(ad.adset_name, ad.adset_id) as adset_name,
    coalesce(ad.ad_name, nullif(flow.ad_id, '')) as ad_name,
    flow.first_touch, flow.last_touch, flow.last_non_direct, flow.linear, flow.linear_unique, flow.time_decay, flow.position, flow.markov_1,
    flow.markov_2, flow.markov_3, flow.markov_4, flow.shapley_rate, flow.leave_one_out
from flow
left join staging.ad as ad on ad.shop_id = flow.shop_id and ad.ad_id = flow.ad_id
