-- description: One row per turn of a customer: messages in a row that wait for the business to answer.
-- grain: shop_id, person_key, asked_at
-- partition: person person_key
-- input staging.spoken_message: person person_key
-- as_of: none
-- column asked_at: Time of the turn's first message.
-- column intent: What the turn is about (docs/intents.md): the intent of its first message that is more than a greeting, thanks or other; else
-- of its first; unknown where no text told one.
-- column reply_s: Seconds from the first message to the first message of the business after it in the conversation; null where none came.
-- check fail not_null: shop_id, person_key, asked_at, asked_on, intent
-- check fail a_reply_comes_after: reply_s is null or reply_s >= 0
-- The rule is enough: a thread is one person's, and a late message changes turns of that thread only.
with placed as (
    select
        spoken.shop_id, spoken.person_key, spoken.direction, spoken.conversation_at, spoken.source, spoken.message_key, spoken.kind,
        spoken.intent, spoken.occurred_at, spoken.occurred_s, spoken.occurred_on,
        -- of one instant, the customer's message comes first
        count(case when spoken.direction = 'out' then 1 end) over (
            partition by spoken.shop_id, spoken.person_key, spoken.conversation_at
            order by spoken.occurred_at, spoken.direction
        ) as answers_before,
        min(case when spoken.direction = 'out' then spoken.occurred_s end) over (
            partition by spoken.shop_id, spoken.person_key, spoken.conversation_at
            order by spoken.occurred_at desc, spoken.direction desc
        ) as replied_s
    from staging.spoken_message as spoken
    join scope_person as scope on scope.shop_id = spoken.shop_id and scope.person_key = spoken.person_key
),

asked as (
    select
        shop_id, person_key, conversation_at, answers_before, intent, occurred_at, occurred_s, occurred_on, replied_s,
        row_number() over (
            partition by shop_id, person_key, conversation_at, answers_before
            order by
                case when intent is null then 2 when intent in ('greeting', 'thanks', 'other') then 1 else 0 end,
                occurred_at, source, message_key, kind
        ) as choice
    from placed
    where direction = 'in'
)

select
    shop_id,
    person_key,
    min(occurred_at) as asked_at,
    min(occurred_on) as asked_on,
    coalesce(max(case when choice = 1 then intent end), 'unknown') as intent,
    min(replied_s) - min(occurred_s) as reply_s
from asked
group by shop_id, person_key, conversation_at, answers_before
