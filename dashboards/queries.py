"""What a page asks of one shop's published reports. Parameters: `$first_on`, `$last_on` (shop-local days, both within),
`$month_on` (first day of a local month), `$currency`, and `$floor`, the fewest people that a shared page tells of."""

SHOP = """
select
  shop_id, name, coalesce(currency, 'XXX') as currency, coalesce(zone, 'UTC') as zone, is_sample, is_claimed, first_on, data_through_on,
  epoch_ms(data_through_at) as data_through_ms
from shop
"""

SALES = """
select day_on, sum(orders)::bigint, sum(gross_minor)::bigint, sum(discount_minor)::bigint, sum(refund_minor)::bigint, sum(net_minor)::bigint
from shop_spend_daily
where day_on between $first_on and $last_on and currency = $currency
group by day_on
order by day_on
"""

OTHER_CURRENCIES = """
select currency, sum(net_minor)::bigint
from shop_spend_daily
where day_on between $first_on and $last_on and currency <> $currency
group by currency
order by currency
"""

# Distinct buyers need the last day of the period to be the last day of the data: whoever bought in it then has `last_on` in it.
BUYERS = """
select
  (select coalesce(sum(new_buyers), 0)::bigint from shop_spend_daily where day_on between $first_on and $last_on) as new_buyers,
  count(distinct person_key) as buyers
from buyer_spend
where last_on >= $first_on
"""

OPTINS = """
select coalesce(sum(opted_in_orders), 0)::bigint, coalesce(sum(orders), 0)::bigint
from checkout_optin_daily
where day_on between $first_on and $last_on
"""

FUNNEL = """
select
  sum(entered)::bigint, sum(conversed)::bigint, sum(interested)::bigint, sum(carted)::bigint,
  sum(ordered)::bigint, sum(paid)::bigint, sum(delivered)::bigint, sum(reordered)::bigint
from funnel_daily
where day_on between $first_on and $last_on
"""

INTEREST = """
select day_on, message_people, like_people, reaction_people, product_people, share_people, link_people, cart_people
from shop_interest_daily
where day_on between $first_on and $last_on
order by day_on
"""

# A day's times cannot be put together to the period's, so the middle one of the days is told.
REPLIES = """
select sum(turns)::bigint, sum(answered_turns)::bigint, quantile_disc(median_reply_minutes, 0.5), quantile_disc(p90_reply_minutes, 0.5)
from reply_time_daily
where day_on between $first_on and $last_on and people >= $floor
"""

ORDER_UPDATES = """
select stage, sum(due)::bigint, sum(sent)::bigint, sum(delivered)::bigint, sum(read)::bigint
from order_updates_daily
where day_on between $first_on and $last_on
group by stage
order by case stage when 'confirmation' then 1 when 'shipping' then 2 else 3 end
"""

PRODUCT_INTEREST = """
with title as (
  select product_id, min(title) as title from product_spend group by product_id
),
reach as (
  select product_id, count(distinct person_key) as people from buyer_product_interest where last_on >= $first_on group by product_id
)
select interest.product_id, coalesce(any_value(title), interest.product_id), coalesce(any_value(reach.people), 0), sum(interactions)::bigint
from product_interest_daily as interest left join title using (product_id) left join reach using (product_id)
where day_on between $first_on and $last_on
group by interest.product_id
order by 3 desc, 4 desc, 1
"""

PRODUCTS = """
select
  product_id, arg_max(title, day_on), sum(orders)::bigint, sum(quantity)::bigint, sum(gross_minor)::bigint, sum(discount_minor)::bigint,
  sum(refund_minor)::bigint, sum(net_minor)::bigint
from product_spend_daily
where day_on between $first_on and $last_on and currency = $currency
group by product_id
order by 8 desc, 1
"""

CREDIT = """
select model, level, level_id, arg_max(level_name, day_on), sum(credited_ppb)::bigint, sum(net_minor)::bigint
from attribution_daily
where day_on between $first_on and $last_on and currency = $currency and attribution_window = '7d_click'
  and level in ('channel', 'ad') and list_contains($models, model)
group by model, level, level_id
order by model, level, level_id
"""

ADS = """
select
  ad_id, arg_max(ad_name, day_on), arg_max(campaign_name, day_on), currency, sum(ad_spend_minor)::bigint,
  sum(claimed_order_count)::bigint, sum(claimed_value_minor)::bigint
from ad_spend_daily
where day_on between $first_on and $last_on
group by ad_id, currency
order by 5 desc, 1
"""

MONTHS = """
select distinct month_on from attribution_path where conversion_type = 'purchase' and attribution_window = '7d_click'
"""

WAYS = """
select
  path, sum(conversions)::bigint, coalesce(sum(net_minor) filter (where currency = $currency), 0)::bigint,
  max(median_convert_hours) filter (where currency = $currency)
from attribution_path
where month_on = $month_on and conversion_type = 'purchase' and attribution_window = '7d_click'
group by path
order by 2 desc, 1
"""

LAGS = """
select measure, bucket, sum(conversions)::bigint
from attribution_lag
where month_on = $month_on and conversion_type = 'purchase' and attribution_window = '7d_click'
group by measure, bucket
order by measure, bucket
"""

AGREEMENT = """
select
  told.level_id, told.level_name, told.models, told.credited_min_ppb, told.credited_min_model, told.credited_max_ppb,
  told.credited_max_model, sure.credited_ppb, sure.credited_orders_low, sure.credited_orders_high, sure.customers
from attribution_disagreement as told
left join attribution_interval as sure
  on sure.month_on = told.month_on and sure.attribution_window = told.attribution_window and sure.channel = told.level_id
  and sure.currency = told.currency and sure.model = 'linear'
where told.month_on = $month_on and told.attribution_window = '7d_click' and told.level = 'channel' and told.currency = $currency
order by told.credited_max_ppb desc, told.level_id
"""

# Where a model has no row of what others credit, it credits nothing, unless it could not be solved.
CHOICES = """
with stored as materialized (
  select attribution_window, level, level_id, model, credited_ppb
  from attribution
  where month_on = $month_on and currency = $currency and level in ('channel', 'ad') and credited_ppb <> 0
),
solved as (
  select attribution_window, model
  from stored
  group by attribution_window, model
  having count(*) filter (where level_id = 'not_modelled') = 0
),
credit as (
  select attribution_window, level, level_id, map(list(model), list(credited_ppb)) as credited_ppb
  from stored
  group by attribution_window, level, level_id
),
known as (
  select attribution_window, list(model) as models from solved group by attribution_window
)
select
  told.attribution_window, told.level, told.level_id, told.level_name, known.models, coalesce(credit.credited_ppb, map {}),
  sure.credited_orders_low, sure.credited_orders_high, sure.customers
from attribution_disagreement as told
join known on known.attribution_window = told.attribution_window
left join credit
  on credit.attribution_window = told.attribution_window and credit.level = told.level and credit.level_id = told.level_id
left join attribution_interval as sure
  on sure.month_on = told.month_on and sure.attribution_window = told.attribution_window and told.level = 'channel'
  and sure.channel = told.level_id and sure.currency = told.currency and sure.model = 'linear'
where told.month_on = $month_on and told.level in ('channel', 'ad') and told.currency = $currency
order by told.attribution_window, told.level desc, told.credited_max_ppb desc, told.level_id
"""
