-- description: One row per ad: the ad set and campaign it runs in, each by its latest name; an ad log's where the platform tells none.
-- grain: shop_id, ad_id
-- partition: full
-- input staging.ad_spend: full
-- input raw.ad_name: full
-- as_of: none
-- check fail not_null: shop_id, ad_id
-- The rules are enough: the latest name of an ad set or campaign may come with any of its ads; there are few ads.
with named as (
    select
        shop_id, account_id, ad_id, day_on, 0 as is_log, ad_name, adset_id, adset_name, campaign_id, campaign_name, '' as row_key
    from staging.ad_spend
    union all
    select
        shop_id, account_id, ad_id, occurred_on as day_on, 1 as is_log, ad_name, adset_id, adset_name, campaign_id, campaign_name,
        cast(row_id as varchar) as row_key
    from raw.ad_name
),

told as (
    select
        shop_id, ad_id, ad_name, adset_id, adset_name, campaign_id, campaign_name,
        row_number() over (partition by shop_id, ad_id order by is_log, day_on desc, account_id, row_key) as choice,
        row_number() over (
            partition by shop_id, adset_id
            order by case when adset_name is null then 1 else 0 end, is_log, day_on desc, account_id, ad_id, row_key
        ) as adset_choice,
        row_number() over (
            partition by shop_id, campaign_id
            order by case when campaign_name is null then 1 else 0 end, is_log, day_on desc, account_id, ad_id, row_key
        ) as campaign_choice
    from named
)

select
    ad.shop_id,
    ad.ad_id,
    ad.ad_name,
    ad.adset_id,
    adset.adset_name,
    ad.campaign_id,
    campaign.campaign_name
from told as ad
left join told as adset
    on adset.shop_id = ad.shop_id and adset.adset_id = ad.adset_id and adset.adset_choice = 1
left join told as campaign
    on campaign.shop_id = ad.shop_id and campaign.campaign_id = ad.campaign_id and campaign.campaign_choice = 1
where ad.choice = 1
