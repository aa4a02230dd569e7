-- description: What customers spent on a product since the shop's first day.
-- grain: shop_id, product_id, currency
-- partition: person product_id
-- input staging.order_line: person product_id
-- input staging.refund: person product_id
-- input reports.product_spend_daily: person product_id
-- as_of: none
-- column shop_id: Shop.
-- column product_id: Product as its source names it; '' where no product is told.
-- column title: Its latest title.
-- column currency: ISO 4217 code of the money.
-- column orders: Orders with the product.
-- column buyers: Identified buyers of it.
-- column quantity: Pieces ordered.
-- column gross_minor: Price times quantity before discount, without tax and shipping.
-- column discount_minor: Discounts of the lines and their exact share of order discounts.
-- column refund_minor: Refunds of the lines and their exact share of order refunds.
-- column net_minor: gross - discount - refund.
-- column median_line_minor: Median of gross - discount of a line (nearest rank); null without lines.
-- column p90_line_minor: 90th percentile of the same (nearest rank).
-- column first_on: Local day of the first order or lone refund.
-- column last_on: Local day of the last one.
-- check fail not_null: shop_id, product_id, currency
-- check fail net_is_difference: net_minor = gross_minor - discount_minor - refund_minor
-- The rules are enough: a row adds up one product's lines and refunds, whatever their day, and orders by day. Lines are ranked by what they brought.
with flow as (
    select
        line.shop_id, line.product_id, line.currency, line.title, line.ordered_on as day_on, nullif(line.person_key, '') as person_key,
        line.gross_minor - line.discount_minor as line_minor, line.quantity, line.gross_minor, line.discount_minor, line.refund_minor
    from staging.order_line as line
    join scope_person as scope on scope.shop_id = line.shop_id and scope.person_key = line.product_id
    union all
    select
        refund.shop_id, refund.product_id, refund.currency, refund.title, refund.counted_on as day_on, null as person_key,
        null as line_minor, 0 as quantity, 0 as gross_minor, 0 as discount_minor, refund.refund_minor
    from staging.refund as refund
    join scope_person as scope on scope.shop_id = refund.shop_id and scope.person_key = refund.product_id
    where not refund.is_on_order
),

priced as (
    select
        shop_id, product_id, currency, title, line_minor, min(day_on) as first_on, max(day_on) as last_on,
        sum(quantity) as quantity, sum(gross_minor) as gross_minor, sum(discount_minor) as discount_minor, sum(refund_minor) as refund_minor,
        sum(count(line_minor)) over (partition by shop_id, product_id, currency order by line_minor) as place,
        sum(count(line_minor)) over (partition by shop_id, product_id, currency) as lines,
        row_number() over (
            partition by shop_id, product_id, currency order by case when title is null then 1 else 0 end, max(day_on) desc, title
        ) as title_place
    from flow
    group by shop_id, product_id, currency, title, line_minor
),

bought as (
    select shop_id, product_id, currency, count(distinct person_key) as buyers from flow group by shop_id, product_id, currency
),

ordered as (
    select daily.shop_id, daily.product_id, daily.currency, sum(daily.orders) as orders
    from reports.product_spend_daily as daily
    join scope_person as scope on scope.shop_id = daily.shop_id and scope.person_key = daily.product_id
    group by daily.shop_id, daily.product_id, daily.currency
)

select
    shop_id, product_id, max(case when priced.title_place = 1 then priced.title end) as title, currency,
    cast(coalesce(max(ordered.orders), 0) as bigint) as orders,
    max(bought.buyers) as buyers,
    cast(sum(priced.quantity) as bigint) as quantity,
    cast(sum(priced.gross_minor) as bigint) as gross_minor,
    cast(sum(priced.discount_minor) as bigint) as discount_minor,
    cast(sum(priced.refund_minor) as bigint) as refund_minor,
    cast(sum(priced.gross_minor - priced.discount_minor - priced.refund_minor) as bigint) as net_minor,
    min(case when 2 * priced.place >= priced.lines then priced.line_minor end) as median_line_minor,
    min(case when 10 * priced.place >= 9 * priced.lines then priced.line_minor end) as p90_line_minor,
    min(priced.first_on) as first_on, max(priced.last_on) as last_on
from priced
join bought using (shop_id, product_id, currency)
left join ordered using (shop_id, product_id, currency)
group by shop_id, product_id, currency
