-- description: One row per order that somebody is told with: its buyer.
-- grain: shop_id, order_key
-- partition: order order_key
-- input staging.order_identity: order order_key
-- as_of: none
-- column person_key: The shop customer known as of the order, else an identifier told with it.
-- check fail not_null: shop_id, order_key, person_key
-- The rule is enough: who an order's persons are as of it is a matter of the order alone.
with told as (
    select
        identity.shop_id, identity.order_key, identity.told_key,
        max(case when identity.is_shop_customer then 1 else 0 end) as is_shop_customer,
        min(case when identity.hub_links = 1 then identity.person_key end) as next_hub_key,
        min(case when identity.hub_links > 0 then identity.person_key end) as hub_key
    from staging.order_identity as identity
    join scope_order as scope on scope.shop_id = identity.shop_id and scope.order_key = identity.order_key
    group by identity.shop_id, identity.order_key, identity.told_key
)

select
    shop_id, order_key,
    coalesce(
        min(case when is_shop_customer = 1 then coalesce(next_hub_key, told_key) end),
        min(hub_key),
        min(told_key)
    ) as person_key
from told
group by shop_id, order_key
