-- description: One row per store sale or visit, attribution window, basis, and what its path holds at a level: all, a channel, a campaign or an ad.
-- grain: shop_id, conversion_type, conversion_key, attribution_window, basis, level, level_id
-- partition: order conversion_key
-- input attribution.path_touch: order conversion_key
-- input attribution.visit_touch: order visit_key
-- input staging.ad: stored level_id ad_id
-- as_of: none
-- column conversion_type: in_store (a receipt of a sale) or store_visit.
-- column basis: thread (touches of the very identifier that the receipt or visit names) or person (of all identifiers of its person then).
-- column level_id: What was touched; of a touch without an ad `no_ad`, of an ad that nobody told the campaign of `unknown`. There is always `all`.
-- column touches: Touches of it in the path; 0 at level all alone.
-- column ad_touches: Those of an ad: with its id, or through a channel of ads.
-- column ad_lag_s: Seconds from the first ad touch to the sale or visit; null without one.
-- check fail not_null: shop_id, conversion_type, conversion_key, attribution_window, basis, level, level_id, month_on, touches, ad_touches
-- check fail ad_touches_are_touches: ad_touches between 0 and touches and (ad_touches = 0) = (ad_lag_s is null)
-- The rules are enough: a path is of one sale or visit; an ad that gets another campaign is the level_id of stored rows of its paths.
with basis as (
    select 'thread' as basis union all select 'person'
),

level as (
    select 'all' as level union all select 'channel' union all select 'campaign' union all select 'ad'
),

path as (
    select
        touch.shop_id, touch.conversion_type, touch.conversion_key, touch.attribution_window, touch.month_on,
        touch.converted_s, touch.touch_key, touch.is_told_key, touch.touched_s, touch.channel, touch.ad_id
    from attribution.path_touch as touch
    join scope_order as scope on scope.shop_id = touch.shop_id and scope.order_key = touch.conversion_key
    where touch.conversion_type = 'in_store'
    union all
    select
        touch.shop_id, 'store_visit' as conversion_type, touch.visit_key as conversion_key, touch.attribution_window, touch.month_on,
        touch.visited_s as converted_s, touch.touch_key, touch.is_told_key, touch.touched_s, touch.channel, touch.ad_id
    from attribution.visit_touch as touch
    join scope_order as scope on scope.shop_id = touch.shop_id and scope.order_key = touch.visit_key
),

touched as (
    select
        path.shop_id, path.conversion_type, path.conversion_key, path.attribution_window, path.month_on,
        path.converted_s, path.touched_s, path.channel, path.ad_id, basis.basis,
        case when path.touch_key <> '' and (basis.basis = 'person' or path.is_told_key) then 1 else 0 end as is_touch,
        case when path.ad_id is not null or path.channel in ('meta_ads', 'sponsored_message') then 1 else 0 end as is_ad
    from path
    cross join basis
),

item as (
    select
        touched.shop_id, touched.conversion_type, touched.conversion_key, touched.attribution_window, touched.month_on,
        touched.converted_s, touched.touched_s, touched.basis, touched.is_touch, touched.is_touch * touched.is_ad as is_ad_touch,
        level.level,
        case level.level
            when 'all' then 'all'
            when 'channel' then touched.channel
            when 'campaign' then coalesce(ad.campaign_id, case when touched.ad_id is null then 'no_ad' else 'unknown' end)
            else coalesce(touched.ad_id, 'no_ad')
        end as level_id,
        case level.level when 'campaign' then ad.campaign_name when 'ad' then ad.ad_name end as level_name
    from touched
    cross join level
    left join staging.ad as ad on ad.shop_id = touched.shop_id and ad.ad_id = touched.ad_id
    where level.level = 'all' or touched.is_touch = 1
)

select
    shop_id, conversion_type, conversion_key, attribution_window, basis, level, level_id, coalesce(max(level_name), level_id) as level_name,
    month_on, converted_s,
    cast(sum(is_touch) as bigint) as touches,
    cast(sum(is_ad_touch) as bigint) as ad_touches,
    converted_s - min(case when is_ad_touch = 1 then touched_s end) as ad_lag_s
from item
group by
    shop_id, conversion_type, conversion_key, attribution_window, basis, level, level_id, month_on, converted_s
