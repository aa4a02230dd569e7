-- description: One row per local day, model, channel and ad: what the ad cost beside what it is credited with.
-- grain: shop_id, day_on, model, attribution_window, channel, ad_id, currency
-- partition: person ad_id
-- input attribution.credit_daily: person ad_id
-- input staging.ad_spend: person ad_id
-- input staging.ad: person ad_id
-- as_of: none
-- column ad_id: Ad, '' where there is none; the rows of one ad are rewritten together, so that a new campaign name reaches all of them.
-- column level_ad_id: As campaign_id and adset_id: the id, `no_ad`, `unknown` or `unattributed`.
-- check fail not_null: shop_id, day_on, channel, ad_id, currency, campaign_id, adset_id, level_ad_id, campaign_name, adset_name, ad_name
with model as (
    select 'first_touch' as model
    union all
    select 'last_touch' as model
    union all
    select 'linear' as model
),

flow as (
    select
        shop_id, day_on, model, attribution_window, channel, ad_id, currency,
        credited_ppb, gross_minor, discount_minor, refund_minor, 0 as ad_spend_minor, 0 as impressions, 0 as clicks
    from attribution.credit_daily
    union all
    select
        spend.shop_id, spend.day_on, model.model, '7d_click' as attribution_window, 'meta_ads' as channel, spend.ad_id,
        spend.currency, 0 as credited_ppb, 0 as gross_minor, 0 as discount_minor, 0 as refund_minor,
        spend.ad_spend_minor, spend.impressions, spend.clicks
    from staging.ad_spend as spend
    cross join model
),

total as (
    select
        flow.shop_id, flow.day_on, flow.model, flow.attribution_window, flow.channel, flow.ad_id, flow.currency,
        case
            when flow.channel = 'unattributed' then 'unattributed'
            when flow.ad_id = '' and flow.channel <> 'meta_ads' then 'no_ad'
            else 'unknown'
        end as without_id,
        case
            when flow.channel = 'unattributed' then 'Unattributed'
            when flow.ad_id = '' and flow.channel <> 'meta_ads' then 'Touch without an ad'
            else 'Unknown'
        end as without_name,
        cast(sum(flow.credited_ppb) as bigint) as credited_ppb,
        cast(sum(flow.gross_minor) as bigint) as gross_minor,
        cast(sum(flow.discount_minor) as bigint) as discount_minor,
        cast(sum(flow.refund_minor) as bigint) as refund_minor,
        cast(sum(flow.ad_spend_minor) as bigint) as ad_spend_minor,
        cast(sum(flow.impressions) as bigint) as impressions,
        cast(sum(flow.clicks) as bigint) as clicks
    from flow
    join scope_person as scope on scope.shop_id = flow.shop_id and scope.person_key = flow.ad_id
    group by flow.shop_id, flow.day_on, flow.model, flow.attribution_window, flow.channel, flow.ad_id, flow.currency
)

select
    total.shop_id, total.day_on, total.model, total.attribution_window, total.channel, total.ad_id, total.currency,
    case when total.channel = 'store_qr' then 'Store QR code'
        else upper(substr(total.channel, 1, 1)) || replace(substr(total.channel, 2), '_', ' ') end as channel_name,
    coalesce(ad.campaign_id, total.without_id) as campaign_id,
    coalesce(ad.campaign_name, ad.campaign_id, total.without_name) as campaign_name,
    coalesce(ad.adset_id, total.without_id) as adset_id,
    coalesce(ad.adset_name, ad.adset_id, total.without_name) as adset_name,
    coalesce(nullif(total.ad_id, ''), total.without_id) as level_ad_id,
    coalesce(ad.ad_name, nullif(total.ad_id, ''), total.without_name) as ad_name,
    total.credited_ppb, total.gross_minor, total.discount_minor, total.refund_minor,
    total.ad_spend_minor, total.impressions, total.clicks
from total
left join staging.ad as ad on ad.shop_id = total.shop_id and ad.ad_id = total.ad_id
