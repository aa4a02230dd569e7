-- description: One row per other name of an order: the name that wins.
-- grain: shop_id, order_ref
-- partition: order order_ref
-- input raw.order_reference: order order_ref
-- as_of: none
-- check fail not_null: shop_id, order_ref, order_key
-- The rule is enough: the name that wins is chosen among the tellings of one other name.
with ranked as (
    select
        told.shop_id, told.order_ref, told.same_as_ref,
        row_number() over (
            partition by told.shop_id, told.order_ref order by told.occurred_at desc, told.same_as_ref
        ) as choice
    from raw.order_reference as told
    join scope_order as scope on scope.shop_id = told.shop_id and scope.order_key = told.order_ref
)

select shop_id, order_ref, same_as_ref as order_key
from ranked
where choice = 1
