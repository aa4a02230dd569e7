-- description: One row per conversation: messages of one thread without 24 hours of silence between them.
-- grain: shop_id, person_key, started_at
-- partition: person person_key
-- input staging.message: person person_key
-- as_of: none
-- column answered_s: UTC epoch second of the customer's first message in it; null where only the business wrote.
-- check fail not_null: shop_id, person_key, started_at, started_on
with spoken as (
    select
        message.shop_id, message.person_key, message.message_key, message.direction,
        message.occurred_at, message.occurred_s, message.occurred_on,
        message.occurred_s - lag(message.occurred_s) over thread as silence_s
    from staging.message as message
    join scope_person as scope on scope.shop_id = message.shop_id and scope.person_key = message.person_key
    where message.is_content
    window thread as (
        partition by message.shop_id, message.person_key order by message.occurred_at, message.source, message.message_key, message.kind
    )
),

numbered as (
    select
        shop_id, person_key, direction, occurred_at, occurred_s, occurred_on,
        sum(case when silence_s < 86400 then 0 else 1 end) over (
            partition by shop_id, person_key order by occurred_s
        ) as conversation
    from spoken
)

select
    shop_id,
    person_key,
    min(occurred_at) as started_at,
    min(occurred_on) as started_on,
    max(occurred_at) as ended_at,
    min(case when direction = 'in' then occurred_s end) as answered_s,
    cast(sum(case when direction = 'in' then 1 else 0 end) as bigint) as in_messages,
    cast(sum(case when direction = 'out' then 1 else 0 end) as bigint) as out_messages
from numbered
group by shop_id, person_key, conversation
