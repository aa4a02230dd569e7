-- description: One row per order and product of it for which a telling names a category.
-- grain: shop_id, order_key, product_id
-- partition: order order_key
-- input staging.order_event: order order_key
-- input staging.order_line_told: order order_key
-- as_of: none
-- column category: Code of the category: of the best source that names one, then as told last. An order's own cart may name it.
-- check fail not_null: shop_id, order_key, product_id, category
-- The rules are enough: the category is chosen among the lines and tellings of one order, so a changed one changes its order alone.
with told_by as (
    select event.shop_id, event.order_key, event.source, min(event.source_rank) as source_rank
    from staging.order_event as event
    join scope_order as scope on scope.shop_id = event.shop_id and scope.order_key = event.order_key
    where event.state <> 'cart'
    group by event.shop_id, event.order_key, event.source
),

ranked as (
    select
        line.shop_id, line.order_key, line.product_id, line.category,
        row_number() over (
            partition by line.shop_id, line.order_key, line.product_id
            order by told_by.source_rank, line.told_at desc, line.category
        ) as choice
    from staging.order_line_told as line
    join told_by on told_by.shop_id = line.shop_id and told_by.order_key = line.order_key and told_by.source = line.source
    where line.category is not null and line.product_id <> ''
)

select shop_id, order_key, product_id, category
from ranked
where choice = 1
