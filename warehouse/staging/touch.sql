-- description: One row per contact with marketing; a click told twice within 600 seconds is one, a free entry point within four days.
-- grain: shop_id, person_key, touch_key
-- partition: person person_key
-- input raw.touch: person person_key
-- as_of: none
-- column person_key: Who was touched; '' where the source does not tell.
-- column is_click: Whether it can earn credit for an order.
-- check fail not_null: shop_id, person_key, touch_key, kind, channel
with told as (
    select
        touch.shop_id, touch.touch_key, touch.source, touch.kind, touch.channel,
        coalesce(touch.person_key, '') as person_key,
        touch.occurred_at, touch.occurred_s, touch.occurred_on,
        touch.ad_id, touch.ref, touch.product_id, touch.app,
        touch.kind in (
            'ad_referral', 'ad_click', 'free_entry_point', 'link_referral', 'organic_post', 'store_qr', 'store_scan', 'sponsored_message'
        ) as is_click,
        case when touch.kind = 'free_entry_point' then 345600 else 600 end as merge_s,
        row_number() over (
            partition by touch.shop_id, touch.person_key, touch.touch_key order by touch.occurred_at, touch.row_id desc
        ) as choice
    from raw.touch as touch
    join scope_person as scope
        on scope.shop_id = touch.shop_id and scope.person_key = coalesce(touch.person_key, '')
),

spaced as (
    select
        shop_id, person_key, touch_key, source, kind, channel, occurred_at, occurred_s, occurred_on,
        ad_id, ref, product_id, app, is_click, merge_s,
        occurred_s - lag(occurred_s) over (
            -- an ad server and a thread tell one click of an ad each in its way, with its ref or without it
            partition by shop_id, person_key, case when kind = 'ad_click' then 'ad_referral' else kind end, coalesce(ad_id, ref)
            order by occurred_at, touch_key
        ) as since_same_s,
        -- a free entry point is a window of 72 hours, opened within 24 hours of a click, and names no ad: a known one says more
        case when kind = 'free_entry_point' then occurred_s - max(case when kind in ('ad_referral', 'ad_click') then occurred_s end) over (
            partition by shop_id, person_key order by occurred_s
        ) end as since_ad_s
    from told
    where choice = 1
)

select
    shop_id, person_key, touch_key, source, kind, channel, is_click, occurred_at, occurred_s, occurred_on,
    ad_id, ref, product_id, app
from spaced
where
    not is_click
    or person_key = ''
    or (coalesce(since_same_s, merge_s + 1) > merge_s and coalesce(since_ad_s, merge_s + 1) > merge_s)
