-- description: One row per order, identifier told with it, and hub of that identifier as of the order (itself included).
-- grain: shop_id, order_key, person_key, hub_key
-- partition: person person_key
-- input staging.order_told_by: person person_key
-- input staging.identity_link: person person_key
-- as_of: none
-- check fail not_null: shop_id, order_key, person_key, hub_key
with told as (
    select
        told_by.shop_id, told_by.order_key, told_by.person_key, told_by.is_shop_customer,
        told_by.ordered_at, told_by.ordered_s, told_by.ordered_on, told_by.paid_s, told_by.delivered_s
    from staging.order_told_by as told_by
    join scope_person as scope on scope.shop_id = told_by.shop_id and scope.person_key = told_by.person_key
)

select
    shop_id, order_key, person_key, person_key as hub_key, is_shop_customer,
    ordered_at, ordered_s, ordered_on, paid_s, delivered_s
from told
union all
select
    told.shop_id, told.order_key, told.person_key, link.linked_key as hub_key, told.is_shop_customer,
    told.ordered_at, told.ordered_s, told.ordered_on, told.paid_s, told.delivered_s
from told
join staging.identity_link as link
    on link.shop_id = told.shop_id and link.person_key = told.person_key and link.linked_at <= told.ordered_at
