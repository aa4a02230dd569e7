-- description: One row per month, conversion type other than a purchase, window and ad, or touch without one: what is credited, and what ads cost.
-- grain: shop_id, month_on, conversion_type, attribution_window, channel, ad_id
-- partition: month month_on
-- input attribution.touch_credit: month month_on
-- input staging.ad_spend: month day_on
-- input staging.ad: stored ad_id
-- as_of: none
-- column conversion_type: '' for what ads cost, which is the same for each type and window.
-- column channel: `not_modelled` for what shapley_rate could not solve.
-- column first_touch_ppb: Conversions that the model credits, in parts per billion; so each model.
-- column reporting_ad_spend_minor: What the ads cost in the reporting currency; null where a rate is missing.
-- check fail not_null: shop_id, month_on, conversion_type, attribution_window, channel, ad_id
-- The rules are enough: credit and cost bear the month; a changed name reaches the stored months of its ad, and months that are not stored are dirty by themselves.
with credit as (
    select
        touch.shop_id, touch.month_on, touch.conversion_type, touch.attribution_window, touch.channel, coalesce(touch.ad_id, '') as ad_id,
        touch.first_touch_ppb, touch.last_touch_ppb, touch.last_non_direct_ppb, touch.linear_ppb, touch.linear_unique_ppb, touch.time_decay_ppb,
        touch.position_ppb, touch.markov_1_ppb, touch.markov_2_ppb, touch.markov_3_ppb, touch.markov_4_ppb, touch.shapley_rate_ppb,
        touch.leave_one_out_ppb
    from attribution.touch_credit as touch
    join scope_month as scope on scope.shop_id = touch.shop_id and scope.month_on = touch.month_on
    where touch.conversion_type <> 'purchase'
    union all
    select
        touch.shop_id, touch.month_on, touch.conversion_type, touch.attribution_window, 'not_modelled' as channel, '' as ad_id,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1000000000, 0
    from attribution.touch_credit as touch
    join scope_month as scope on scope.shop_id = touch.shop_id and scope.month_on = touch.month_on
    where touch.conversion_type <> 'purchase' and touch.place = touch.touches and touch.shapley_rate_ppb is null
),

total as (
    select
        shop_id, month_on, conversion_type, attribution_window, channel, ad_id, null as reporting_currency, null as reporting_ad_spend_minor,
        cast(coalesce(sum(first_touch_ppb), 0) as bigint) as first_touch_ppb, cast(coalesce(sum(last_touch_ppb), 0) as bigint) as last_touch_ppb,
        cast(coalesce(sum(last_non_direct_ppb), 0) as bigint) as last_non_direct_ppb, cast(coalesce(sum(linear_ppb), 0) as bigint) as linear_ppb,
        cast(coalesce(sum(linear_unique_ppb), 0) as bigint) as linear_unique_ppb, cast(coalesce(sum(time_decay_ppb), 0) as bigint) as time_decay_ppb,
        cast(coalesce(sum(position_ppb), 0) as bigint) as position_ppb, cast(coalesce(sum(markov_1_ppb), 0) as bigint) as markov_1_ppb,
        cast(coalesce(sum(markov_2_ppb), 0) as bigint) as markov_2_ppb, cast(coalesce(sum(markov_3_ppb), 0) as bigint) as markov_3_ppb,
        cast(coalesce(sum(markov_4_ppb), 0) as bigint) as markov_4_ppb, cast(coalesce(sum(shapley_rate_ppb), 0) as bigint) as shapley_rate_ppb,
        cast(coalesce(sum(leave_one_out_ppb), 0) as bigint) as leave_one_out_ppb
    from credit
    group by shop_id, month_on, conversion_type, attribution_window, channel, ad_id
    union all
    select
        spend.shop_id, scope.month_on, '' as conversion_type, '' as attribution_window, 'meta_ads' as channel, spend.ad_id,
        max(spend.reporting_currency) as reporting_currency,
        cast(case when count(spend.reporting_ad_spend_minor) = count(*) then sum(spend.reporting_ad_spend_minor) end as bigint),
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    from staging.ad_spend as spend
    join scope_month as scope on scope.shop_id = spend.shop_id and scope.month_on = cast(date_trunc('month', spend.day_on) as date)
    group by spend.shop_id, scope.month_on, spend.ad_id
)

select
    total.shop_id, total.month_on, total.conversion_type, total.attribution_window, total.channel, total.ad_id,
    total.reporting_currency, total.reporting_ad_spend_minor,
    ad.campaign_id, coalesce(ad.campaign_name, ad.campaign_id) as campaign_name, ad.adset_id, coalesce(ad.adset_name, ad.adset_id) as adset_name,
    coalesce(ad.ad_name, nullif(total.ad_id, '')) as ad_name,
    total.first_touch_ppb, total.last_touch_ppb, total.last_non_direct_ppb, total.linear_ppb, total.linear_unique_ppb, total.time_decay_ppb,
    total.position_ppb, total.markov_1_ppb, total.markov_2_ppb, total.markov_3_ppb, total.markov_4_ppb, total.shapley_rate_ppb,
    total.leave_one_out_ppb
from total
left join staging.ad as ad on ad.shop_id = total.shop_id and ad.ad_id = total.ad_id
