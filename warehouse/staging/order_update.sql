-- description: One row per order and stage that it reached: whether the business told the customer.
-- grain: shop_id, order_key, stage
-- partition: order order_key
-- input staging.order_telling: order order_key
-- input staging.order_event: order order_key
-- input staging.order_message: order order_key
-- as_of: none
-- column stage: confirmation (the order began), shipping (a parcel left) or delivery (one arrived); each is due once, at its first time.
-- column send_s: Seconds from due_s to the first update. An update is a message that names the order, and this stage or none, from then
-- until 48 hours (172 800 s) later, in whatever thread; null where there is none.
-- column is_delivered: Whether an update reached the customer; one that failed did not.
-- check fail not_null: shop_id, order_key, stage, due_s, due_on, is_sent, is_delivered, is_read
-- check fail steps_in_order: (is_sent or not is_delivered) and (is_delivered or not is_read) and is_sent = (send_s is not null)
-- The rules are enough: the stages an order reached and the messages that name it are of one order.
with reached as (
    select
        event.shop_id, event.order_key,
        case event.state when 'shipped' then 'shipping' else 'delivery' end as stage,
        min(event.occurred_s) as due_s,
        min(event.occurred_on) as due_on
    from staging.order_event as event
    join scope_order as scope on scope.shop_id = event.shop_id and scope.order_key = event.order_key
    where event.state in ('shipped', 'delivered')
    group by event.shop_id, event.order_key, event.state
),

due as (
    select
        telling.shop_id, telling.order_key, 'confirmation' as stage, telling.ordered_s as due_s, telling.ordered_on as due_on
    from staging.order_telling as telling
    join scope_order as scope on scope.shop_id = telling.shop_id and scope.order_key = telling.order_key
    union all
    select reached.shop_id, reached.order_key, reached.stage, reached.due_s, reached.due_on
    from reached
    join staging.order_telling as telling on telling.shop_id = reached.shop_id and telling.order_key = reached.order_key
)

select
    due.shop_id, due.order_key, due.stage, due.due_s, due.due_on,
    min(message.sent_s) - due.due_s as send_s,
    count(message.message_key) > 0 as is_sent,
    coalesce(max(case when message.status in ('delivered', 'read') then 1 else 0 end), 0) = 1 as is_delivered,
    coalesce(max(case when message.status = 'read' then 1 else 0 end), 0) = 1 as is_read
from due
left join staging.order_message as message
    on message.shop_id = due.shop_id and message.order_key = due.order_key
    and coalesce(message.order_stage, due.stage) = due.stage
    and message.sent_s between due.due_s and due.due_s + 172800
group by due.shop_id, due.order_key, due.stage, due.due_s, due.due_on
