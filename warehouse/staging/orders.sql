-- description: One row per order: its day, its buyer, its money.
-- grain: shop_id, order_key
-- partition: order order_key
-- input staging.order_telling: order order_key
-- input staging.refund: order order_key
-- input staging.order_identity: order order_key
-- input staging.person_order: order order_key
-- input staging.order_consent: order order_key
-- as_of: none
-- column person_key: The buyer: the shop customer known as of the order, else an identifier told with it, '' if none.
-- column is_new: Whether no identifier of the buyer as of the order has an earlier order in the shop; false without a buyer.
-- column last_ordered_s: UTC epoch second of the latest of these; null without one.
-- column is_opted_in: Whether the buyer opted in to messages about this order.
-- column gross_minor: Price times quantity before discount, without tax and shipping.
-- column net_minor: gross - discount - refund.
-- check fail not_null: shop_id, order_key, ordered_at, ordered_on, person_key, is_new, is_opted_in, currency
-- check fail net_is_difference: net_minor = gross_minor - discount_minor - refund_minor
with told as (
    select
        identity.shop_id, identity.order_key, identity.told_key,
        max(case when identity.is_shop_customer then 1 else 0 end) as is_shop_customer,
        min(case when identity.hub_links = 1 then identity.person_key end) as next_hub_key,
        min(case when identity.hub_links > 0 then identity.person_key end) as hub_key
    from staging.order_identity as identity
    join scope_order as scope on scope.shop_id = identity.shop_id and scope.order_key = identity.order_key
    group by identity.shop_id, identity.order_key, identity.told_key
),

buyer as (
    select
        shop_id, order_key,
        coalesce(
            min(case when is_shop_customer = 1 then coalesce(next_hub_key, told_key) end),
            min(hub_key),
            min(told_key)
        ) as person_key
    from told
    group by shop_id, order_key
),

history as (
    select
        owned.shop_id, owned.order_key, max(case when owned.has_earlier then 1 else 0 end) = 0 as is_new,
        max(owned.last_ordered_s) as last_ordered_s
    from staging.person_order as owned
    join scope_order as scope on scope.shop_id = owned.shop_id and scope.order_key = owned.order_key
    group by owned.shop_id, owned.order_key
),

refunded as (
    select refund.shop_id, refund.order_key, cast(sum(refund.refund_minor) as bigint) as refund_minor
    from staging.refund as refund
    join scope_order as scope on scope.shop_id = refund.shop_id and scope.order_key = refund.order_key
    where refund.is_on_order
    group by refund.shop_id, refund.order_key
),

consented as (
    select distinct consent.shop_id, consent.order_key
    from staging.order_consent as consent
    join scope_order as scope on scope.shop_id = consent.shop_id and scope.order_key = consent.order_key
)

select
    telling.shop_id, telling.order_key, telling.ordered_at, telling.ordered_s, telling.ordered_on,
    coalesce(buyer.person_key, '') as person_key,
    coalesce(history.is_new, false) as is_new, history.last_ordered_s,
    consented.order_key is not null as is_opted_in,
    telling.order_ref, telling.source, telling.version_key,
    telling.state, telling.payment_method, telling.currency,
    telling.gross_minor, telling.discount_minor, telling.tax_minor, telling.shipping_minor,
    coalesce(refunded.refund_minor, 0) as refund_minor,
    telling.gross_minor - telling.discount_minor - coalesce(refunded.refund_minor, 0) as net_minor
from staging.order_telling as telling
join scope_order as scope using (shop_id, order_key)
left join buyer using (shop_id, order_key)
left join history using (shop_id, order_key)
left join refunded using (shop_id, order_key)
left join consented using (shop_id, order_key)
