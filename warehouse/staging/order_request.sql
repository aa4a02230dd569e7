-- description: One row per question or request about an order: when it was answered and carried out, within 48 hours (172 800 s).
-- grain: shop_id, person_key, request, requested_at
-- partition: person person_key
-- input staging.spoken_message: person person_key
-- input staging.order_change: person person_key
-- input staging.person_order: person person_key
-- input staging.reorder: person person_key
-- as_of: none
-- column request: order_status, order_change, order_cancel, order_return or reorder, as a customer's message was classified. One asked
-- again in the conversation within 24 hours of the last time is the same.
-- column answer_s: Seconds to the first message of the business after it; null where none came in time.
-- column carried_out_s: Seconds until it was done for any order of the person that began before it: a status question answered, an
-- order changed, cancelled (or refunded), refunded (return); a re-order: until an order began or a Like confirmed one. Null if not in time.
-- check fail not_null: shop_id, person_key, request, requested_at, requested_on
-- check fail within_48_hours: coalesce(answer_s, 0) between 0 and 172800 and coalesce(carried_out_s, 0) between 0 and 172800
-- The rules are enough: a request, the answers to it and the orders it can be about are one identifier's.
with asked as (
    select
        spoken.shop_id, spoken.person_key, spoken.intent as request, spoken.occurred_at, spoken.occurred_s, spoken.occurred_on,
        spoken.occurred_s - lag(spoken.occurred_s) over (
            partition by spoken.shop_id, spoken.person_key, spoken.conversation_at, spoken.intent order by spoken.occurred_at
        ) as since_same_s
    from staging.spoken_message as spoken
    join scope_person as scope on scope.shop_id = spoken.shop_id and scope.person_key = spoken.person_key
    where spoken.intent in ('order_status', 'order_change', 'order_cancel', 'order_return', 'reorder')
),

request as (
    select shop_id, person_key, request, occurred_at as requested_at, occurred_s as requested_s, occurred_on as requested_on
    from asked
    where since_same_s is null or since_same_s > 86400
),

answer as (
    select request.shop_id, request.person_key, request.request, request.requested_at, min(spoken.occurred_s) as answered_s
    from request
    join staging.spoken_message as spoken
        on spoken.shop_id = request.shop_id and spoken.person_key = request.person_key and spoken.direction = 'out'
        and spoken.occurred_at >= request.requested_at and spoken.occurred_s <= request.requested_s + 172800
    group by request.shop_id, request.person_key, request.request, request.requested_at
),

deed as (
    select
        shop_id, person_key, changed_s as done_s, ordered_s,
        case change when 'changed' then 'order_change' when 'cancelled' then 'order_cancel' else 'order_return' end as request
    from staging.order_change
    union all
    select shop_id, person_key, changed_s as done_s, ordered_s, 'order_cancel' as request
    from staging.order_change
    where change = 'refunded'
    union all
    select shop_id, person_key, ordered_s as done_s, null as ordered_s, 'reorder' as request from staging.person_order
    union all
    select shop_id, person_key, confirmed_s as done_s, null as ordered_s, 'reorder' as request from staging.reorder
),

done as (
    select request.shop_id, request.person_key, request.request, request.requested_at, min(deed.done_s) as done_s
    from request
    join deed
        on deed.shop_id = request.shop_id and deed.person_key = request.person_key and deed.request = request.request
        and deed.done_s between request.requested_s and request.requested_s + 172800
        and coalesce(deed.ordered_s, request.requested_s) <= request.requested_s
    group by request.shop_id, request.person_key, request.request, request.requested_at
)

select
    request.shop_id, request.person_key, request.request, request.requested_at, request.requested_on,
    answer.answered_s - request.requested_s as answer_s,
    case when request.request = 'order_status' then answer.answered_s else done.done_s end - request.requested_s as carried_out_s
from request
left join answer using (shop_id, person_key, request, requested_at)
left join done using (shop_id, person_key, request, requested_at)
