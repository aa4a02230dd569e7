-- description: What an ad cost and brought on a day of its account, as last told by the ad platform.
-- grain: shop_id, day_on, account_id, ad_id
-- partition: day day_on
-- input staging.ad_spend: day day_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local date of the ad account.
-- column account_id: Ad account.
-- column campaign_id: Campaign; null where not told.
-- column campaign_name: Its name that day.
-- column adset_id: Ad set; null where not told.
-- column adset_name: Its name that day.
-- column ad_id: Ad.
-- column ad_name: Its name that day.
-- column currency: ISO 4217 code of the ad account.
-- column ad_spend_minor: What the ad cost.
-- column impressions: Impressions.
-- column clicks: Clicks.
-- column claimed_order_count: Orders that the platform claims; null where not told.
-- column claimed_value_minor: Value that the platform claims for them; null where not told.
-- column conversation_started_count: Messaging conversations started, as the platform counts them; null where not told.
-- column reporting_currency: ISO 4217 code that the shop's reports convert to.
-- column reporting_ad_spend_minor: What the ad cost, in the reporting currency at the day's rate; null without a rate.
-- check fail not_null: shop_id, day_on, account_id, ad_id, currency, ad_spend_minor, impressions, clicks, reporting_currency
-- The rule is enough: a row is a row of its input on the same day.
select
    spend.shop_id,
    spend.day_on,
    spend.account_id,
    spend.campaign_id,
    spend.campaign_name,
    spend.adset_id,
    spend.adset_name,
    spend.ad_id,
    spend.ad_name,
    spend.currency,
    spend.ad_spend_minor,
    spend.impressions,
    spend.clicks,
    spend.claimed_order_count,
    spend.claimed_value_minor,
    spend.conversation_started_count,
    spend.reporting_currency,
    spend.reporting_ad_spend_minor
from staging.ad_spend as spend
join scope_day as scope on scope.shop_id = spend.shop_id and scope.day_on = spend.day_on
