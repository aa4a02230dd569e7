-- description: One row per contact of a known person with marketing; a click told twice within 600 seconds is one, a free entry point within four days.
-- grain: shop_id, person_key, touch_key
-- partition: person person_key
-- input raw.touch: person person_key
-- input staging.reply_touch: person person_key
-- as_of: none
-- column touch_type: What it counts as: click (ad_click, ad_referral, free_entry_point, link_referral, organic_post), reply (story_reply, sponsored_reply), store_scan (store_qr, store_scan, store_checkin), engaged_view (ad_engaged_view), view (ad_impression, sponsored_message); '' earns no credit (product_share, product_enquiry, product_view, app_share: what a customer does in the shop).
-- check fail not_null: shop_id, person_key, touch_key, touch_type, kind, channel
-- The rules are enough: a touch is compared with touches of the same person alone.
with told as (
    select
        touch.shop_id, touch.person_key, touch.touch_key, touch.source, touch.kind, touch.channel,
        touch.occurred_at, touch.occurred_s, touch.occurred_on, touch.ad_id, touch.ref, touch.product_id, touch.app,
        row_number() over (
            partition by touch.shop_id, touch.person_key, touch.touch_key order by touch.occurred_at, touch.row_id desc
        ) as choice
    from raw.touch as touch
    join scope_person as scope on scope.shop_id = touch.shop_id and scope.person_key = touch.person_key
    where touch.person_key in (select person_key from scope_person) -- one column alone skips rows
),

typed as (
    select
        shop_id, person_key, touch_key, source, kind, channel, occurred_at, occurred_s, occurred_on, ad_id, ref, product_id, app,
        case
            when kind in ('ad_click', 'ad_referral', 'free_entry_point', 'link_referral', 'organic_post') then 'click'
            when kind in ('store_qr', 'store_scan', 'store_checkin') then 'store_scan'
            when kind = 'ad_engaged_view' then 'engaged_view'
            when kind in ('ad_impression', 'sponsored_message') then 'view'
            else ''
        end as touch_type,
        case when kind = 'free_entry_point' then 345600 else 600 end as merge_s
    from told
    where choice = 1
),

spaced as (
    select
        shop_id, person_key, touch_key, source, kind, channel, touch_type, occurred_at, occurred_s, occurred_on,
        ad_id, ref, product_id, app, merge_s,
        occurred_s - lag(occurred_s) over (
            -- an ad server and a thread tell one click of an ad each in its way, with its ref or without it
            partition by shop_id, person_key, case when kind = 'ad_click' then 'ad_referral' else kind end, coalesce(ad_id, ref)
            order by occurred_at, touch_key
        ) as since_same_s,
        -- a free entry point is a window of 72 hours, opened within 24 hours of a click, and names no ad: a known one says more
        case when kind = 'free_entry_point' then occurred_s - max(case when kind in ('ad_referral', 'ad_click') then occurred_s end) over (
            partition by shop_id, person_key order by occurred_s
        ) end as since_ad_s
    from typed
)

select
    shop_id, person_key, touch_key, source, kind, channel, touch_type, occurred_at, occurred_s, occurred_on,
    ad_id, ref, product_id, app
from spaced
where
    touch_type not in ('click', 'store_scan')
    or (coalesce(since_same_s, merge_s + 1) > merge_s and coalesce(since_ad_s, merge_s + 1) > merge_s)
union all
select
    reply.shop_id, reply.person_key, reply.touch_key, reply.source, reply.kind, reply.channel, 'reply' as touch_type,
    reply.occurred_at, reply.occurred_s, reply.occurred_on, cast(null as varchar) as ad_id, reply.ref, reply.product_id, null as app
from staging.reply_touch as reply
join scope_person as scope on scope.shop_id = reply.shop_id and scope.person_key = reply.person_key
