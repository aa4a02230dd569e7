-- description: One row per turn of a customer: messages in a row that wait for the business to answer.
-- grain: shop_id, person_key, asked_at
-- partition: person person_key
-- input staging.spoken_message: person person_key
-- as_of: none
-- column asked_at: Time of the turn's first message.
-- column reply_s: Seconds from it to the first message of the business after it in the conversation; null where none came.
-- check fail not_null: shop_id, person_key, asked_at, asked_on
-- check fail a_reply_comes_after: reply_s is null or reply_s >= 0
with placed as (
    select
        spoken.shop_id, spoken.person_key, spoken.direction, spoken.occurred_at, spoken.occurred_s, spoken.occurred_on,
        lag(spoken.direction) over (
            partition by spoken.shop_id, spoken.person_key, spoken.conversation_at
            order by spoken.occurred_at, spoken.direction
        ) as before_direction,
        min(case when spoken.direction = 'out' then spoken.occurred_s end) over (
            partition by spoken.shop_id, spoken.person_key, spoken.conversation_at
            order by spoken.occurred_at desc, spoken.direction desc
        ) as replied_s
    from staging.spoken_message as spoken
    join scope_person as scope on scope.shop_id = spoken.shop_id and scope.person_key = spoken.person_key
)

-- of one instant, the customer's message comes first
select
    shop_id, person_key, occurred_at as asked_at, occurred_on as asked_on, replied_s - occurred_s as reply_s
from placed
where direction = 'in' and coalesce(before_direction, 'out') = 'out'
