-- description: One row per conversation: messages of one thread without 24 hours of silence between them.
-- grain: shop_id, person_key, started_at
-- partition: person person_key
-- input staging.spoken_message: person person_key
-- input staging.person_order: person person_key
-- as_of: none
-- column is_ordered: Whether an order of the person began in it: from its first message until 24 hours after its last.
-- check fail not_null: shop_id, person_key, started_at, started_on, is_ordered
-- The rules are enough: a conversation is cut from the messages of one identifier, and the orders that begin in it are that identifier's.
with conversation as (
    select
        spoken.shop_id, spoken.person_key,
        spoken.conversation_at as started_at,
        min(spoken.occurred_s) as started_s,
        min(spoken.occurred_on) as started_on,
        max(spoken.occurred_at) as ended_at,
        max(spoken.occurred_s) as ended_s,
        cast(sum(case when spoken.direction = 'in' then 1 else 0 end) as bigint) as in_messages,
        cast(sum(case when spoken.direction = 'out' then 1 else 0 end) as bigint) as out_messages
    from staging.spoken_message as spoken
    join scope_person as scope on scope.shop_id = spoken.shop_id and scope.person_key = spoken.person_key
    group by spoken.shop_id, spoken.person_key, spoken.conversation_at
)

select
    conversation.shop_id,
    conversation.person_key,
    conversation.started_at,
    conversation.started_on,
    conversation.ended_at,
    conversation.in_messages,
    conversation.out_messages,
    count(owned.order_key) > 0 as is_ordered
from conversation
left join staging.person_order as owned
    on owned.shop_id = conversation.shop_id and owned.person_key = conversation.person_key
    and owned.ordered_s >= conversation.started_s and owned.ordered_s < conversation.ended_s + 86400
group by
    conversation.shop_id, conversation.person_key, conversation.started_at, conversation.started_on,
    conversation.ended_at, conversation.in_messages, conversation.out_messages
