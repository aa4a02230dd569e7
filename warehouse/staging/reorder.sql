-- description: One row per order that a customer confirmed again by the Like thumb.
-- grain: shop_id, person_key, order_ref
-- partition: person person_key
-- input staging.message: person person_key
-- as_of: none
-- column order_ref: Order that the business offered; it is confirmed, no second order stands beside it.
-- check fail not_null: shop_id, person_key, order_ref, confirmed_at, confirmed_on
-- The rule is enough: an offer and the Like that answers it are in one thread, which is one identifier's.
with spoken as (
    select
        message.shop_id, message.person_key, message.kind, message.direction,
        message.occurred_at, message.occurred_s, message.occurred_on,
        lag(message.direction) over thread as before_direction,
        lag(message.offers_reorder) over thread as before_offers,
        lag(message.order_ref) over thread as order_ref
    from staging.message as message
    join scope_person as scope on scope.shop_id = message.shop_id and scope.person_key = message.person_key
    where message.is_content
    window thread as (
        partition by message.shop_id, message.person_key order by message.occurred_at, message.source, message.message_key, message.kind
    )
)

-- the message just before the Like is the last business message nobody answered, or there is none
select
    shop_id,
    person_key,
    order_ref,
    min(occurred_at) as confirmed_at,
    min(occurred_s) as confirmed_s,
    min(occurred_on) as confirmed_on
from spoken
where kind = 'like' and direction = 'in' and before_direction = 'out' and before_offers and order_ref is not null
group by shop_id, person_key, order_ref
