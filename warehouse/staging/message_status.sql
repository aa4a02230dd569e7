-- description: One row per message of the business: how far it came, by the first telling of each step.
-- grain: shop_id, person_key, source, message_key
-- partition: person person_key
-- input staging.message: person person_key
-- as_of: none
-- column message_key: Of its echo, or where no echo is told, of a status, delivery or read that names it.
-- column sent_at: Time of the echo or of the status `sent`; else of the first telling that names the message.
-- column delivered_at: First delivery or read that names it or whose watermark covers it (deliveries what was sent before, reads also at it).
-- column status: sent < delivered < read; failed once that is told, whatever else is. Other statuses say nothing about it.
-- check fail not_null: shop_id, person_key, source, message_key, sent_at, sent_s, sent_on, status
-- The rule is enough: a message and the watermarks that cover it are in one thread, which is one identifier's.
with event as (
    select
        message.shop_id, message.person_key, message.source, message.message_key, message.direction, message.refers_to_key,
        message.occurred_at, message.occurred_s, message.occurred_on, message.watermark_at,
        message.order_ref, message.order_stage, message.offers_reorder,
        case
            when message.direction = 'out' then 'sent'
            when message.kind = 'delivery' then 'delivered'
            when message.kind = 'read' then 'read'
            else message.status
        end as step
    from staging.message as message
    join scope_person as scope on scope.shop_id = message.shop_id and scope.person_key = message.person_key
    where (message.direction = 'out' and message.is_content) or message.kind in ('delivery', 'read', 'status')
),

sent as (
    select
        shop_id, person_key, source,
        case when direction = 'out' then message_key else refers_to_key end as message_key,
        coalesce(min(case when step = 'sent' then occurred_at end), min(occurred_at)) as sent_at,
        coalesce(min(case when step = 'sent' then occurred_s end), min(occurred_s)) as sent_s,
        coalesce(min(case when step = 'sent' then occurred_on end), min(occurred_on)) as sent_on,
        min(case when step in ('delivered', 'read') then occurred_at end) as delivered_at,
        min(case when step = 'read' then occurred_at end) as read_at,
        min(case when step = 'failed' then occurred_at end) as failed_at,
        max(order_ref) as order_ref,
        max(order_stage) as order_stage,
        max(case when offers_reorder then 1 else 0 end) = 1 as offers_reorder
    from event
    where step in ('sent', 'delivered', 'read', 'failed') and (direction = 'out' or refers_to_key is not null)
    group by shop_id, person_key, source, case when direction = 'out' then message_key else refers_to_key end
),

-- a thread backwards: what comes at or before a message here are the watermarks that cover it
line as (
    select shop_id, person_key, source, message_key, sent_at as position_at, 1 as place, delivered_at, read_at from sent
    union all
    select
        shop_id, person_key, source, null as message_key, watermark_at as position_at,
        case when step = 'read' then 0 else 2 end as place,
        occurred_at as delivered_at, case when step = 'read' then occurred_at end as read_at
    from event
    where watermark_at is not null and step in ('delivered', 'read')
),

way as (
    select
        shop_id, person_key, source, message_key, delivered_at, read_at,
        min(case when message_key is null then delivered_at end) over later as covered_at,
        min(case when message_key is null then read_at end) over later as covered_read_at
    from line
    window later as (partition by shop_id, person_key, source order by position_at desc, place)
)

select
    sent.shop_id, sent.person_key, sent.source, sent.message_key, sent.sent_at, sent.sent_s, sent.sent_on,
    case when way.covered_at < way.delivered_at then way.covered_at else coalesce(way.delivered_at, way.covered_at) end as delivered_at,
    case when way.covered_read_at < way.read_at then way.covered_read_at else coalesce(way.read_at, way.covered_read_at) end as read_at,
    sent.failed_at,
    case
        when sent.failed_at is not null then 'failed'
        when coalesce(way.read_at, way.covered_read_at) is not null then 'read'
        when coalesce(way.delivered_at, way.covered_at) is not null then 'delivered'
        else 'sent'
    end as status,
    sent.order_ref, sent.order_stage, sent.offers_reorder
from sent
join way using (shop_id, person_key, source, message_key)
