-- description: One row per message, reaction, status or other event of a thread, each counted once, as it is known now.
-- grain: shop_id, person_key, source, message_key, kind
-- partition: person person_key
-- input raw.message_event: person person_key
-- as_of: none
-- column is_content: Whether somebody wrote or sent it, as against a status or reaction. A deleted message was sent too.
-- column edit_count: How often its sender edited it; each edit and deletion has its own row besides, of kind edit or delete.
-- column intent: What the customer wanted as first written (docs/intents.md); null once the message is deleted.
-- check fail not_null: shop_id, person_key, source, message_key, kind, is_edited, is_deleted
-- The rule is enough: a message and its edits and deletions are told under one identifier.
with ranked as (
    select
        told.shop_id, told.person_key, told.source, told.message_key, told.kind, told.direction,
        told.occurred_at, told.occurred_s, told.occurred_on, told.refers_to_key, told.watermark_at, told.status,
        told.product_id, told.app, told.order_ref, told.offers_reorder, told.order_stage, told.intent,
        row_number() over (
            partition by told.shop_id, told.person_key, told.source, told.message_key, told.kind
            order by told.is_standby, told.occurred_at, told.row_id desc
        ) as choice
    from raw.message_event as told
    join scope_person as scope on scope.shop_id = told.shop_id and scope.person_key = told.person_key
),

revision as (
    select
        told.shop_id, told.person_key, told.source, told.refers_to_key as message_key,
        count(distinct case when told.kind = 'edit' then told.message_key end) as edit_count,
        max(case when told.kind = 'delete' then 1 else 0 end) as deletions
    from raw.message_event as told
    join scope_person as scope on scope.shop_id = told.shop_id and scope.person_key = told.person_key
    where told.kind in ('edit', 'delete')
    group by told.shop_id, told.person_key, told.source, told.refers_to_key
)

select
    ranked.shop_id, ranked.person_key, ranked.source, ranked.message_key, ranked.kind, ranked.direction,
    ranked.occurred_at, ranked.occurred_s, ranked.occurred_on,
    ranked.direction in ('in', 'out') and ranked.kind in (
        'text', 'image', 'video', 'audio', 'file', 'sticker', 'like', 'location', 'contacts', 'share', 'template', 'receipt',
        'product_share', 'product_enquiry', 'story_reply', 'story_mention', 'reel', 'post', 'quick_reply', 'postback',
        'cart', 'coupon', 'interactive', 'unsupported'
    ) as is_content,
    ranked.refers_to_key, ranked.watermark_at, ranked.status,
    ranked.product_id, ranked.app, ranked.order_ref, ranked.offers_reorder, ranked.order_stage,
    case when revision.deletions = 1 then null else ranked.intent end as intent,
    coalesce(revision.edit_count, 0) as edit_count,
    coalesce(revision.edit_count, 0) > 0 as is_edited,
    coalesce(revision.deletions, 0) = 1 as is_deleted
from ranked
left join revision
    on revision.shop_id = ranked.shop_id and revision.person_key = ranked.person_key
    and revision.source = ranked.source and revision.message_key = ranked.message_key
where ranked.choice = 1
