-- description: One row per shop and local day on which somebody wrote, touched, ordered, bought in a store or spent: until when.
-- grain: shop_id, day_on
-- partition: day day_on
-- input raw.message_event: day occurred_on
-- input raw.touch: day occurred_on
-- input raw.order_event: day occurred_on
-- input raw.refund: day occurred_on
-- input raw.ad_spend: day occurred_on
-- input raw.store_sale: day occurred_on
-- as_of: none
-- check fail not_null: shop_id, day_on, last_at
-- The rules are enough: whether something happened on a day is told by the rows of that day.
with told as (
    -- a delivery or read receipt without a time of its own carries that of a retry, days later
    select shop_id, occurred_on, occurred_at, occurred_s from raw.message_event where direction <> 'none'
    union all
    select shop_id, occurred_on, occurred_at, occurred_s from raw.touch
    union all
    select shop_id, occurred_on, occurred_at, occurred_s from raw.order_event
    union all
    select shop_id, occurred_on, occurred_at, occurred_s from raw.refund
    union all
    select shop_id, occurred_on, occurred_at, occurred_s from raw.ad_spend
    union all
    select shop_id, occurred_on, occurred_at, occurred_s from raw.store_sale
)

select told.shop_id, told.occurred_on as day_on, max(told.occurred_at) as last_at, max(told.occurred_s) as last_s
from told
join scope_day as scope on scope.shop_id = told.shop_id and scope.day_on = told.occurred_on
group by told.shop_id, told.occurred_on
