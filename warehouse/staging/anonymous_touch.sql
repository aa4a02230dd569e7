-- description: One row per contact with marketing of somebody whom no source names, each counted once.
-- grain: shop_id, touch_key
-- partition: order touch_key
-- input raw.touch: order touch_key
-- as_of: none
-- check fail not_null: shop_id, touch_key, kind, channel
-- The rule is enough: a row is what the tellings of one touch say. Days would not be: a touch told again with another time leaves
-- its day. Nobody's touches earn no credit, so they are apart from staging.touch and nothing there grows with them.
with told as (
    select
        touch.shop_id, touch.touch_key, touch.source, touch.kind, touch.channel,
        touch.occurred_at, touch.occurred_s, touch.occurred_on, touch.ad_id, touch.ref, touch.product_id, touch.app,
        row_number() over (partition by touch.shop_id, touch.touch_key order by touch.occurred_at, touch.row_id desc) as choice
    from raw.touch as touch
    join scope_order as scope on scope.shop_id = touch.shop_id and scope.order_key = touch.touch_key
    where touch.person_key is null
)

select shop_id, touch_key, source, kind, channel, occurred_at, occurred_s, occurred_on, ad_id, ref, product_id, app
from told
where choice = 1
