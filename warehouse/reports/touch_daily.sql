-- description: Contacts with marketing on a local day.
-- grain: shop_id, day_on, channel, kind
-- partition: day day_on
-- input staging.touch: day occurred_on
-- input staging.anonymous_touch: day occurred_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day of the touch.
-- column channel: Channel that brought it.
-- column kind: What it was: ad_impression, ad_engaged_view, ad_click, ad_referral, free_entry_point (an ad that nobody named), link_referral, organic_post, store_qr, store_scan, store_checkin, sponsored_message, sponsored_reply, story_reply, product_view, product_share, product_enquiry or app_share.
-- column touches: Touches; a click told twice within 600 seconds counts once.
-- column people: Identified people touched.
-- check fail not_null: shop_id, day_on, channel, kind
-- The rules are enough: a row counts the touches of its own day; one that moves dirties the day it left and the day it came to.
with touch as (
    select shop_id, occurred_on, channel, kind, person_key from staging.touch
    union all
    select shop_id, occurred_on, channel, kind, null as person_key from staging.anonymous_touch
)

select
    touch.shop_id,
    touch.occurred_on as day_on,
    touch.channel,
    touch.kind,
    count(*) as touches,
    count(distinct touch.person_key) as people
from touch
join scope_day as scope on scope.shop_id = touch.shop_id and scope.day_on = touch.occurred_on
group by touch.shop_id, touch.occurred_on, touch.channel, touch.kind
