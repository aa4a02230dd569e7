-- description: One row per message, reaction, status or other event of a thread, each counted once.
-- grain: shop_id, person_key, source, message_key, kind
-- partition: person person_key
-- input raw.message_event: person person_key
-- as_of: none
-- column is_content: Whether somebody wrote or sent it, as against a status or reaction.
-- check fail not_null: shop_id, person_key, source, message_key, kind
with ranked as (
    select
        told.shop_id, told.person_key, told.source, told.message_key, told.kind, told.direction,
        told.occurred_at, told.occurred_s, told.occurred_on,
        told.product_id, told.app, told.order_ref, told.offers_reorder,
        row_number() over (
            partition by told.shop_id, told.person_key, told.source, told.message_key, told.kind
            order by told.is_standby, told.row_id desc
        ) as choice
    from raw.message_event as told
    join scope_person as scope on scope.shop_id = told.shop_id and scope.person_key = told.person_key
)

select
    shop_id, person_key, source, message_key, kind, direction,
    occurred_at, occurred_s, occurred_on,
    direction in ('in', 'out') and kind in (
        'text', 'image', 'video', 'audio', 'file', 'sticker', 'like', 'location', 'contacts', 'share', 'template', 'receipt',
        'product_share', 'product_enquiry', 'story_reply', 'story_mention', 'reel', 'post', 'quick_reply', 'postback',
        'cart', 'coupon', 'interactive', 'unsupported'
    ) as is_content,
    product_id, app, order_ref, offers_reorder
from ranked
where choice = 1
