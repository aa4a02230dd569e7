-- description: How long conversions take: days since the first and the last touch, and touches of the path, in the conversion's local month.
-- grain: shop_id, month_on, conversion_type, attribution_window, measure, bucket, currency
-- partition: month month_on
-- input attribution.path: month month_on
-- input attribution.conversion_value: month month_on
-- as_of: none
-- column shop_id: Shop.
-- column month_on: First day of the local month of the conversion.
-- column conversion_type: purchase, reorder, in_store, opt_in or lead.
-- column attribution_window: Look-back of a touch before the conversion.
-- column measure: days_from_first or days_from_last (touch to conversion, whole days of 24 hours), or path_touches (touches of the path).
-- column bucket: Days or touches; 90 holds all longer times, 50 all longer paths. Conversions without a touch are path_touches 0 only.
-- column currency: ISO 4217 code of the money; XXX where the conversion brings none.
-- column conversions: Conversions in the bucket.
-- column net_minor: Their net revenue.
-- check fail not_null: shop_id, month_on, conversion_type, attribution_window, measure, bucket, currency, conversions, net_minor
-- check fail bucket_is_inside: bucket between 0 and 90
-- The rules are enough: a bucket counts conversions of one month, and both inputs carry that month.
with path as (
    select
        told.shop_id, told.month_on, told.conversion_type, told.attribution_window, told.conversion_key, told.touches,
        told.converted_s - told.first_touched_s as first_s,
        told.converted_s - told.last_touched_s as last_s
    from attribution.path as told
    join scope_month as scope on scope.shop_id = told.shop_id and scope.month_on = told.month_on
),

measured as (
    select
        shop_id, month_on, conversion_type, attribution_window, conversion_key, 'days_from_first' as measure,
        case when first_s < 7776000 then cast((first_s - mod(first_s, 86400)) / 86400 as bigint) else 90 end as bucket
    from path
    where touches > 0
    union all
    select
        shop_id, month_on, conversion_type, attribution_window, conversion_key, 'days_from_last' as measure,
        case when last_s < 7776000 then cast((last_s - mod(last_s, 86400)) / 86400 as bigint) else 90 end as bucket
    from path
    where touches > 0
    union all
    select
        shop_id, month_on, conversion_type, attribution_window, conversion_key, 'path_touches' as measure,
        case when touches < 50 then touches else 50 end as bucket
    from path
)

select
    measured.shop_id, measured.month_on, measured.conversion_type, measured.attribution_window, measured.measure, measured.bucket,
    coalesce(value.currency, 'XXX') as currency,
    count(*) as conversions,
    coalesce(cast(sum(value.net_minor) as bigint), 0) as net_minor
from measured
left join attribution.conversion_value as value using (shop_id, month_on, conversion_type, conversion_key)
group by
    measured.shop_id, measured.month_on, measured.conversion_type, measured.attribution_window, measured.measure, measured.bucket,
    coalesce(value.currency, 'XXX')
