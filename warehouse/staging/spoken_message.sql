-- description: One row per message that somebody wrote or sent in a thread, with the conversation it belongs to.
-- grain: shop_id, person_key, source, direction, message_key, kind
-- partition: person person_key
-- input staging.message: person person_key
-- input staging.message_status: person person_key
-- as_of: none
-- column kind: Kind of a customer's message; '' for the business, whose messages may be known by their statuses alone. Failed ones are left out.
-- column conversation_at: Time of the first message of the conversation; 24 hours of silence end one.
-- check fail not_null: shop_id, person_key, source, direction, message_key, kind, occurred_at, conversation_at
-- The rules are enough: a conversation is cut from the messages of one identifier.
with said as (
    select
        message.shop_id, message.person_key, message.source, message.direction, message.message_key, message.kind,
        message.occurred_at, message.occurred_s, message.occurred_on, message.intent
    from staging.message as message
    join scope_person as scope on scope.shop_id = message.shop_id and scope.person_key = message.person_key
    where message.is_content and message.direction = 'in'
    union all
    select
        sent.shop_id, sent.person_key, sent.source, 'out' as direction, sent.message_key, '' as kind,
        sent.sent_at as occurred_at, sent.sent_s as occurred_s, sent.sent_on as occurred_on, null as intent
    from staging.message_status as sent
    join scope_person as scope on scope.shop_id = sent.shop_id and scope.person_key = sent.person_key
    where sent.status <> 'failed'
),

spaced as (
    select
        shop_id, person_key, source, direction, message_key, kind, occurred_at, occurred_s, occurred_on, intent,
        occurred_s - lag(occurred_s) over (partition by shop_id, person_key order by occurred_at) as silence_s
    from said
)

select
    shop_id, person_key, source, direction, message_key, kind, occurred_at, occurred_s, occurred_on, intent,
    max(case when silence_s < 86400 then null else occurred_at end) over (
        partition by shop_id, person_key order by occurred_s
    ) as conversation_at
from spaced
