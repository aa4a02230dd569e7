-- description: One row per answer of a customer to a story of the shop or to a sponsored message: a touch, as a click is.
-- grain: shop_id, person_key, touch_key
-- partition: person person_key
-- input staging.message: person person_key
-- input raw.touch: person person_key
-- as_of: none
-- column kind: story_reply, or sponsored_reply: what names a sponsored message, or follows it within a day with nothing said between.
-- column ref: Campaign of the sponsored message.
-- check fail not_null: shop_id, person_key, touch_key, kind, channel
-- The rules are enough: an answer, and all that is looked at to know it for one, is in the thread of one person.
with sponsored as (
    select touch.shop_id, touch.person_key, touch.message_key, min(touch.ref) as ref
    from raw.touch as touch
    join scope_person as scope on scope.shop_id = touch.shop_id and scope.person_key = touch.person_key
    where touch.kind = 'sponsored_message' and touch.message_key is not null
    group by touch.shop_id, touch.person_key, touch.message_key
),

asked as (
    select distinct shop_id, person_key from sponsored
),

spoken as (
    select
        message.shop_id, message.person_key, message.source, message.message_key, message.kind, message.direction,
        message.occurred_at, message.occurred_s, message.occurred_on, message.product_id,
        case
            when message.refers_to_key is not null then message.refers_to_key
            when message.occurred_s - lag(message.occurred_s) over thread <= 86400 then lag(message.message_key) over thread
        end as answered_key
    from staging.message as message
    join asked on asked.shop_id = message.shop_id and asked.person_key = message.person_key
    where message.is_content
    window thread as (
        partition by message.shop_id, message.person_key order by message.occurred_at, message.source, message.message_key, message.kind
    )
)

select
    message.shop_id, message.person_key, 'reply:' || message.source || ':' || message.message_key as touch_key, message.source,
    'story_reply' as kind, message.source || '_story' as channel,
    message.occurred_at, message.occurred_s, message.occurred_on, cast(null as varchar) as ref, message.product_id
from staging.message as message
join scope_person as scope on scope.shop_id = message.shop_id and scope.person_key = message.person_key
where message.kind = 'story_reply' and message.direction = 'in'
union all
select
    spoken.shop_id, spoken.person_key, 'reply:' || spoken.source || ':' || spoken.kind || ':' || spoken.message_key as touch_key,
    spoken.source, 'sponsored_reply' as kind, 'sponsored_message' as channel,
    spoken.occurred_at, spoken.occurred_s, spoken.occurred_on, sponsored.ref, spoken.product_id
from spoken
join sponsored
    on sponsored.shop_id = spoken.shop_id and sponsored.person_key = spoken.person_key and sponsored.message_key = spoken.answered_key
where spoken.direction = 'in' and spoken.kind <> 'story_reply'
