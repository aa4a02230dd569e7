-- description: One row per local day, window, level and measure: what is credited there by each model.
-- grain: shop_id, day_on, attribution_window, level, level_id, currency, measure
-- partition: day day_on
-- input attribution.ad_daily: day day_on
-- input attribution.look_back: shop
-- input attribution.setting: shop
-- as_of: none
-- column attribution_window: What is the same in each stands in each.
-- column level: channel, campaign, adset, ad, or product: the one that the touch showed.
-- column level_id: The id; without one the channels `unattributed` and `not_modelled`, else `no_ad`, `no_product` or `unknown`.
-- column told_name: Its name; null where only its id is known.
-- check fail not_null: shop_id, day_on, attribution_window, level, level_id, currency, measure, linear
-- The rules are enough: a day's sums are of its rows; which windows there are is a setting of the shop.
with level as (
    select 'channel' as level union all select 'campaign' as level union all select 'adset' as level union all select 'ad' as level union all select 'product' as level
),

preset as (
    select '1d_click' as attribution_window union all select '7d_click' as attribution_window union all select '28d_click' as attribution_window union all select '1d_view' as attribution_window union all select '1d_ev' as attribution_window
),

shop as (
    select distinct shop_id from scope_day
),

shown_window as (
    select shop.shop_id, preset.attribution_window
    from shop
    cross join preset
    left join attribution.setting as setting on setting.shop_id = shop.shop_id
    where setting.presets is null or replace(setting.presets, ',' || preset.attribution_window || ',', '') <> setting.presets
    union
    select shop_id, attribution_window from attribution.look_back
),

told as (
    select
        ad.shop_id, ad.day_on, shown.attribution_window, ad.channel, nullif(ad.ad_id, '') as ad_id, nullif(ad.product_id, '') as product_id,
        ad.currency, ad.measure, ad.campaign_id, ad.campaign_name, ad.adset_id, ad.adset_name, ad.ad_name,
        case when ad.channel in ('unattributed', 'not_modelled') then ad.channel
            when ad.ad_id = '' and ad.channel <> 'meta_ads' then 'no_ad' else 'unknown' end as without_id,
        case when ad.channel in ('unattributed', 'not_modelled') then ad.channel else 'no_product' end as without_product_id,
        ad.first_touch, ad.last_touch, ad.last_non_direct, ad.linear, ad.linear_unique, ad.time_decay, ad.position, ad.markov_1, ad.markov_2,
        ad.markov_3, ad.markov_4, ad.shapley_rate, ad.leave_one_out
    from attribution.ad_daily as ad
    join scope_day as scope on scope.shop_id = ad.shop_id and scope.day_on = ad.day_on
    join shown_window as shown on shown.shop_id = ad.shop_id and ad.attribution_window in ('', shown.attribution_window)
),

named as (
    select
        told.shop_id, told.day_on, told.attribution_window, level.level, told.currency, told.measure,
        case level.level
            when 'channel' then told.channel when 'campaign' then coalesce(told.campaign_id, told.without_id)
            when 'adset' then coalesce(told.adset_id, told.without_id) when 'ad' then coalesce(told.ad_id, told.without_id)
            else coalesce(told.product_id, told.without_product_id) end as level_id,
        case level.level
            when 'campaign' then told.campaign_name when 'adset' then told.adset_name when 'ad' then told.ad_name when 'product' then told.product_id
        end as level_name,
        told.first_touch, told.last_touch, told.last_non_direct, told.linear, told.linear_unique, told.time_decay, told.position, told.markov_1,
        told.markov_2, told.markov_3, told.markov_4, told.shapley_rate, told.leave_one_out
    from told
    cross join level
)

select
    shop_id, day_on, attribution_window, level, level_id, currency, measure, max(level_name) as told_name,
    cast(sum(first_touch) as bigint) as first_touch, cast(sum(last_touch) as bigint) as last_touch,
    cast(sum(last_non_direct) as bigint) as last_non_direct, cast(sum(linear) as bigint) as linear,
    cast(sum(linear_unique) as bigint) as linear_unique, cast(sum(time_decay) as bigint) as time_decay, cast(sum(position) as bigint) as position,
    cast(sum(markov_1) as bigint) as markov_1, cast(sum(markov_2) as bigint) as markov_2, cast(sum(markov_3) as bigint) as markov_3,
    cast(sum(markov_4) as bigint) as markov_4, cast(sum(shapley_rate) as bigint) as shapley_rate, cast(sum(leave_one_out) as bigint) as leave_one_out
from named
group by shop_id, day_on, attribution_window, level, level_id, currency, measure
