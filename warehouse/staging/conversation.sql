-- description: One row per conversation: messages of one thread without 24 hours of silence between them.
-- grain: shop_id, person_key, started_at
-- partition: person person_key
-- input staging.message: person person_key
-- input staging.person_order: person person_key
-- as_of: none
-- column is_ordered: Whether an order of the person began in it: from its first message until 24 hours after its last.
-- check fail not_null: shop_id, person_key, started_at, started_on, is_ordered
with spoken as (
    select
        message.shop_id, message.person_key, message.direction,
        message.occurred_at, message.occurred_s, message.occurred_on,
        message.occurred_s - lag(message.occurred_s) over (
            partition by message.shop_id, message.person_key order by message.occurred_s
        ) as silence_s
    from staging.message as message
    join scope_person as scope on scope.shop_id = message.shop_id and scope.person_key = message.person_key
    where message.is_content
),

numbered as (
    select
        shop_id, person_key, direction, occurred_at, occurred_s, occurred_on,
        sum(case when silence_s < 86400 then 0 else 1 end) over (
            partition by shop_id, person_key order by occurred_s
        ) as conversation
    from spoken
),

conversation as (
    select
        shop_id, person_key,
        min(occurred_at) as started_at,
        min(occurred_s) as started_s,
        min(occurred_on) as started_on,
        max(occurred_at) as ended_at,
        max(occurred_s) as ended_s,
        cast(sum(case when direction = 'in' then 1 else 0 end) as bigint) as in_messages,
        cast(sum(case when direction = 'out' then 1 else 0 end) as bigint) as out_messages
    from numbered
    group by shop_id, person_key, conversation
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
