-- description: One row per order and identifier of its buyer as of the order, by the hub that leads to it.
-- grain: shop_id, hub_key, order_key, person_key
-- partition: person hub_key
-- input staging.order_hub: person hub_key
-- input staging.identity_link: person linked_key
-- as_of: none
-- check fail not_null: shop_id, hub_key, order_key, person_key
with hub as (
    select distinct
        found.shop_id, found.hub_key, found.order_key,
        found.ordered_at, found.ordered_s, found.ordered_on, found.paid_s, found.delivered_s
    from staging.order_hub as found
    join scope_person as scope on scope.shop_id = found.shop_id and scope.person_key = found.hub_key
)

select
    shop_id, hub_key, order_key, hub_key as person_key,
    ordered_at, ordered_s, ordered_on, paid_s, delivered_s
from hub
union all
select
    hub.shop_id, hub.hub_key, hub.order_key, link.person_key,
    hub.ordered_at, hub.ordered_s, hub.ordered_on, hub.paid_s, hub.delivered_s
from hub
join staging.identity_link as link
    on link.shop_id = hub.shop_id and link.linked_key = hub.hub_key and link.linked_at <= hub.ordered_at
