-- description: One row per shop: its settings, and the days its data covers.
-- grain: shop_id
-- partition: full
-- input staging.shop: full
-- input metrics.shop_day: full
-- input reports.shop_spend_daily: full
-- input reports.ad_spend_daily: full
-- as_of: data_through
-- column shop_id: Shop.
-- column name: Name that its owner gave it; the shop_id of an unclaimed shop.
-- column currency: ISO 4217 code that it counts in; of an unclaimed shop, the one most orders (else most ad days) are in.
-- column reporting_currency: ISO 4217 code that its reports convert to; null of an unclaimed shop, whose money is not converted.
-- column zone: IANA time zone of its local days.
-- column is_sample: Whether its data is made up.
-- column is_claimed: Whether shops.toml names it.
-- column first_on: First local day with data; null without data.
-- column data_through_on: Last local day with data; null without data.
-- column data_through_at: Time of the last event, UTC; null without data.
-- check fail not_null: shop_id, name, zone, is_sample, is_claimed
-- The rules are enough: there are as many rows as shops, and their inputs hold days, not events.
with span as (
    select shop_id, min(day_on) as first_on, max(day_on) as data_through_on, max(last_at) as data_through_at
    from metrics.shop_day
    group by shop_id
),

used as (
    select shop_id, currency, sum(orders) as orders, 0 as ad_days
    from reports.shop_spend_daily
    group by shop_id, currency
    union all
    select shop_id, currency, 0 as orders, count(*) as ad_days
    from reports.ad_spend_daily
    group by shop_id, currency
),

most_used as (
    select
        shop_id, currency,
        row_number() over (partition by shop_id order by sum(orders) desc, sum(ad_days) desc, currency) as choice
    from used
    group by shop_id, currency
),

known as (
    select shop_id from staging.shop
    union
    select shop_id from span
)

select
    known.shop_id,
    coalesce(shop.name, known.shop_id) as name,
    coalesce(shop.currency, most_used.currency) as currency,
    shop.reporting_currency,
    coalesce(shop.zone, 'UTC') as zone,
    coalesce(shop.is_sample, false) as is_sample,
    shop.shop_id is not null as is_claimed,
    span.first_on,
    span.data_through_on,
    span.data_through_at
from known
left join staging.shop as shop on shop.shop_id = known.shop_id
left join span on span.shop_id = known.shop_id
left join most_used on most_used.shop_id = known.shop_id and most_used.choice = 1
