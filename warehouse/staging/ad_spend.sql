-- description: One row per ad and day of its account: the last telling of what it cost and brought.
-- grain: shop_id, account_id, ad_id, day_on
-- partition: day day_on
-- input raw.ad_spend: day occurred_on
-- input staging.fx_daily: day day_on
-- as_of: none
-- column day_on: Local date of the ad account.
-- column reporting_ad_spend_minor: In the reporting currency at the day's rate, rounded half away from zero; null without a rate.
-- check fail not_null: shop_id, account_id, ad_id, day_on, currency, ad_spend_minor, impressions, clicks, reporting_currency
-- The rules are enough: an ad's day is told and converted by the rows of that day alone.
with ranked as (
    select
        told.shop_id, told.account_id, told.ad_id, told.occurred_on, told.ad_name,
        told.adset_id, told.adset_name, told.campaign_id, told.campaign_name,
        told.currency, told.ad_spend_minor, told.impressions, told.clicks,
        told.claimed_order_count, told.claimed_value_minor, told.conversation_started_count,
        row_number() over (
            partition by told.shop_id, told.account_id, told.ad_id, told.occurred_on
            order by
                case when told.told_at is null then 1 else 0 end, told.told_at desc,
                told.impressions desc, told.clicks desc, told.ad_spend_minor desc, told.row_id desc
        ) as choice
    from raw.ad_spend as told
    join scope_day as scope on scope.shop_id = told.shop_id and scope.day_on = told.occurred_on
),

spend as (
    select
        told.shop_id, told.account_id, told.ad_id, told.occurred_on as day_on, told.ad_name,
        told.adset_id, told.adset_name, told.campaign_id, told.campaign_name,
        told.currency, told.ad_spend_minor, told.impressions, told.clicks,
        told.claimed_order_count, told.claimed_value_minor, told.conversation_started_count,
        fx.reporting_currency, 2 * fx.divisor as twice,
        2 * abs(cast(told.ad_spend_minor as decimal(28, 0))) * fx.multiplier + fx.divisor as product
    from ranked as told
    left join staging.fx_daily as fx
        on fx.shop_id = told.shop_id and fx.day_on = told.occurred_on and fx.currency = told.currency
    where told.choice = 1
)

select
    shop_id, account_id, ad_id, day_on, ad_name, adset_id, adset_name, campaign_id, campaign_name,
    currency, ad_spend_minor, impressions, clicks,
    claimed_order_count, claimed_value_minor, conversation_started_count, reporting_currency,
    cast(sign(ad_spend_minor) * ((product - mod(product, twice)) / twice) as bigint) as reporting_ad_spend_minor
from spend
