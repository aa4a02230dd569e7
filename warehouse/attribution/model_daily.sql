-- description: One row per local day, model, window and what is credited at each level: the sums of attribution_daily.
-- grain: shop_id, day_on, model, attribution_window, level, level_id, currency
-- partition: day day_on
-- input attribution.level_daily: day day_on
-- input staging.fx_daily: day day_on
-- as_of: none
-- column claimed_order_count: null where the platform tells none; likewise the other claims and conversations.
-- column reporting_net_minor: Null where a rate is missing; likewise reporting_ad_spend_minor.
-- check fail not_null: shop_id, day_on, model, attribution_window, level, level_id, level_name, currency, credited_ppb, ad_spend_minor
-- The rules are enough: a day's sums are of its rows; they name the currency that money of the day is converted to.
with model as (
    select 'first_touch' as model union all select 'last_touch' as model union all select 'last_non_direct' as model union all select 'linear' as model
    union all select 'linear_unique' as model union all select 'time_decay' as model union all select 'position' as model union all select 'markov_1' as model
    union all select 'markov_2' as model union all select 'markov_3' as model union all select 'markov_4' as model union all select 'shapley_rate' as model union all select 'leave_one_out' as model
),

amount as (
    select
        told.shop_id, told.day_on, model.model, told.attribution_window, told.level, told.level_id, told.told_name, told.currency, told.measure,
        case model.model
            when 'first_touch' then told.first_touch when 'last_touch' then told.last_touch when 'last_non_direct' then told.last_non_direct when 'linear' then told.linear
            when 'linear_unique' then told.linear_unique when 'time_decay' then told.time_decay when 'position' then told.position when 'markov_1' then told.markov_1
            when 'markov_2' then told.markov_2 when 'markov_3' then told.markov_3 when 'markov_4' then told.markov_4 when 'shapley_rate' then told.shapley_rate
            when 'leave_one_out' then told.leave_one_out
        end as amount
    from attribution.level_daily as told
    join scope_day as scope on scope.shop_id = told.shop_id and scope.day_on = told.day_on
    cross join model
),

total as (
    select
        shop_id, day_on, model, attribution_window, level, level_id, currency, max(told_name) as told_name,
        cast(coalesce(sum(case when measure in ('new_buyer', 'returning_buyer', 'unknown_buyer') then amount end), 0) as bigint) as credited_ppb,
        cast(coalesce(sum(case when measure = 'new_buyer' then amount end), 0) as bigint) as new_buyer_ppb,
        cast(coalesce(sum(case when measure = 'returning_buyer' then amount end), 0) as bigint) as returning_buyer_ppb,
        cast(coalesce(sum(case when measure = 'gross' then amount end), 0) as bigint) as gross_minor,
        cast(coalesce(sum(case when measure = 'discount' then amount end), 0) as bigint) as discount_minor,
        cast(coalesce(sum(case when measure = 'refund' then amount end), 0) as bigint) as refund_minor,
        cast(coalesce(sum(case when measure = 'cash_refund' then amount end), 0) as bigint) as cash_refund_minor,
        cast(coalesce(sum(case when measure = 'ad_spend' then amount end), 0) as bigint) as ad_spend_minor,
        cast(coalesce(sum(case when measure = 'impressions' then amount end), 0) as bigint) as impressions,
        cast(coalesce(sum(case when measure = 'clicks' then amount end), 0) as bigint) as clicks,
        cast(sum(case when measure = 'conversations' then amount end) as bigint) as conversations,
        cast(sum(case when measure = 'claimed_orders' then amount end) as bigint) as claimed_order_count,
        cast(sum(case when measure = 'claimed_value' then amount end) as bigint) as claimed_value_minor,
        cast(coalesce(sum(case when measure = 'reporting_net' then amount end), 0) as bigint) as reporting_net_minor,
        cast(coalesce(sum(case when measure = 'reporting_ad_spend' then amount end), 0) as bigint) as reporting_ad_spend_minor,
        count(case when measure = 'unconverted' then 1 end) as unconverted, count(case when measure = 'unconverted_ad_spend' then 1 end) as unconverted_spend
    from amount
    where amount <> 0 or (amount = 0 and measure in ('conversations', 'claimed_orders', 'claimed_value'))
    group by shop_id, day_on, model, attribution_window, level, level_id, currency
)

select
    total.shop_id, total.day_on, total.model, total.attribution_window, total.level, total.level_id, total.currency,
    coalesce(total.told_name, case total.level_id when 'no_ad' then 'Touch without an ad' when 'no_product' then 'Touch without a product'
        when 'store_qr' then 'Store QR code' else upper(substr(total.level_id, 1, 1)) || replace(substr(total.level_id, 2), '_', ' ') end) as level_name,
    total.credited_ppb, total.new_buyer_ppb, total.returning_buyer_ppb, total.gross_minor, total.discount_minor, total.refund_minor,
    total.gross_minor - total.discount_minor - total.refund_minor as net_minor, total.cash_refund_minor, total.ad_spend_minor,
    total.impressions, total.clicks, total.conversations, total.claimed_order_count, total.claimed_value_minor,
    coalesce(fx.reporting_currency, total.currency) as reporting_currency,
    case when coalesce(fx.reporting_currency, total.currency) = total.currency then total.gross_minor - total.discount_minor - total.refund_minor
        when total.unconverted = 0 then total.reporting_net_minor end as reporting_net_minor,
    case when coalesce(fx.reporting_currency, total.currency) = total.currency then total.ad_spend_minor
        when total.unconverted_spend = 0 then total.reporting_ad_spend_minor end as reporting_ad_spend_minor
from total
left join staging.fx_daily as fx on fx.shop_id = total.shop_id and fx.day_on = total.day_on and fx.currency = total.currency
