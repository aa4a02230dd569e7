-- description: One row per order: its day, its buyer, its money.
-- grain: shop_id, order_key
-- partition: order order_key
-- input staging.order_telling: order order_key
-- input staging.order_buyer: order order_key
-- input staging.order_line: order order_key
-- input staging.person_order: order order_key
-- input staging.order_consent: order order_key
-- as_of: none
-- column person_key: The buyer, '' if none.
-- column is_new: Whether no identifier of the buyer as of the order has an earlier order in the shop; false without a buyer.
-- column is_opted_in: Whether the buyer opted in to messages about this order.
-- column gross_minor: Price times quantity before discount, without tax and shipping.
-- column net_minor: gross - discount - refund.
-- column reporting_net_minor: In the reporting currency: the sum of the lines' gross - discount - refund; null without a rate.
-- check fail not_null: shop_id, order_key, ordered_at, ordered_on, person_key, is_new, is_opted_in, currency, reporting_currency
-- check fail net_is_difference: net_minor = gross_minor - discount_minor - refund_minor
-- The rules are enough: all that an order's row says is told of the order, its lines or its persons' orders, each of which changes under the order's name.
with history as (
    select owned.shop_id, owned.order_key, max(case when owned.has_earlier then 1 else 0 end) = 0 as is_new
    from staging.person_order as owned
    join scope_order as scope on scope.shop_id = owned.shop_id and scope.order_key = owned.order_key
    group by owned.shop_id, owned.order_key
),

line as (
    select
        line.shop_id, line.order_key, line.reporting_currency,
        cast(sum(line.refund_minor) as bigint) as refund_minor,
        -- an order has one rate: all of its lines are converted or none is
        cast(sum(line.reporting_gross_minor - line.reporting_discount_minor - line.reporting_refund_minor) as bigint) as reporting_net_minor
    from staging.order_line as line
    join scope_order as scope on scope.shop_id = line.shop_id and scope.order_key = line.order_key
    group by line.shop_id, line.order_key, line.reporting_currency
),

consented as (
    select distinct consent.shop_id, consent.order_key
    from staging.order_consent as consent
    join scope_order as scope on scope.shop_id = consent.shop_id and scope.order_key = consent.order_key
)

select
    telling.shop_id, telling.order_key, telling.ordered_at, telling.ordered_s, telling.ordered_on,
    coalesce(buyer.person_key, '') as person_key,
    coalesce(history.is_new, false) as is_new,
    consented.order_key is not null as is_opted_in,
    telling.order_ref, telling.source, telling.version_key,
    telling.state, telling.currency,
    telling.gross_minor,
    telling.discount_minor,
    line.refund_minor,
    telling.gross_minor - telling.discount_minor - line.refund_minor as net_minor,
    telling.tax_minor,
    telling.shipping_minor,
    line.reporting_currency,
    line.reporting_net_minor
from staging.order_telling as telling
join scope_order as scope using (shop_id, order_key)
left join staging.order_buyer as buyer using (shop_id, order_key)
left join history using (shop_id, order_key)
join line using (shop_id, order_key)
left join consented using (shop_id, order_key)
