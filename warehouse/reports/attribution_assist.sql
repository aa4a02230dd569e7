-- description: Which part channels and ads play in paths: opening, closing, alone or assisting, in the conversion's local month.
-- grain: shop_id, month_on, conversion_type, attribution_window, level, level_id, currency
-- partition: month month_on
-- input attribution.path_touch: month month_on
-- input attribution.conversion_value: month month_on
-- as_of: none
-- column shop_id: Shop.
-- column month_on: First day of the local month of the conversion.
-- column conversion_type: purchase, reorder, in_store, opt_in or lead.
-- column attribution_window: Look-back of a touch before the conversion.
-- column level: channel or ad.
-- column level_id: Channel or ad; else `unattributed` (no touch), `no_ad` (a touch without an ad), `unknown` (an ad nobody told of).
-- column currency: ISO 4217 code of the money; XXX where the conversion brings none.
-- column conversions: Conversions with it in their path; one conversion counts for each that is in its path.
-- column first_conversions: Of these, where it is the first touch; over all channels these are all conversions.
-- column last_conversions: Where it is the last touch; over all channels these are all conversions.
-- column only_conversions: Where every touch is its own.
-- column assisted_conversions: Where it is in the path and not the last touch.
-- column assist_ratio: assisted / last conversions; above 1 it helps more often than it closes; null where it closes none.
-- column net_minor: Net revenue of the conversions with it in their path; it counts for each that is in the path, so rows do not add up.
-- check fail not_null: shop_id, month_on, conversion_type, attribution_window, level, level_id, currency, conversions, net_minor
-- check fail parts_fit: conversions = last_conversions + assisted_conversions and only_conversions <= last_conversions and only_conversions <= first_conversions
-- The rules are enough: a row counts conversions of one month, and both inputs carry that month.
with touch as (
    select
        told.shop_id, told.month_on, told.conversion_type, told.attribution_window, told.conversion_key,
        told.place, told.touches, told.channel,
        case
            when told.channel = 'unattributed' then 'unattributed'
            when told.ad_id is null and told.channel <> 'meta_ads' then 'no_ad'
            else coalesce(told.ad_id, 'unknown')
        end as ad_id
    from attribution.path_touch as told
    join scope_month as scope on scope.shop_id = told.shop_id and scope.month_on = told.month_on
),

named as (
    select shop_id, month_on, conversion_type, attribution_window, conversion_key, place, touches, 'channel' as level, channel as level_id
    from touch
    union all
    select shop_id, month_on, conversion_type, attribution_window, conversion_key, place, touches, 'ad' as level, ad_id as level_id
    from touch
),

part as (
    select
        shop_id, month_on, conversion_type, attribution_window, level, level_id, conversion_key,
        case when min(place) = 1 then 1 else 0 end as is_first,
        case when max(place) = max(touches) then 1 else 0 end as is_last,
        case when count(*) = max(touches) then 1 else 0 end as is_only
    from named
    group by shop_id, month_on, conversion_type, attribution_window, level, level_id, conversion_key
),

total as (
    select
        part.shop_id, part.month_on, part.conversion_type, part.attribution_window, part.level, part.level_id,
        coalesce(value.currency, 'XXX') as currency,
        count(*) as conversions,
        cast(sum(part.is_first) as bigint) as first_conversions,
        cast(sum(part.is_last) as bigint) as last_conversions,
        cast(sum(part.is_only) as bigint) as only_conversions,
        coalesce(cast(sum(value.net_minor) as bigint), 0) as net_minor
    from part
    left join attribution.conversion_value as value using (shop_id, month_on, conversion_type, conversion_key)
    group by
        part.shop_id, part.month_on, part.conversion_type, part.attribution_window, part.level, part.level_id,
        coalesce(value.currency, 'XXX')
)

select
    shop_id, month_on, conversion_type, attribution_window, level, level_id, currency,
    conversions, first_conversions, last_conversions, only_conversions,
    conversions - last_conversions as assisted_conversions,
    cast(conversions - last_conversions as double) / nullif(last_conversions, 0) as assist_ratio,
    net_minor
from total
