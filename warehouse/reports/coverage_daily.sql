-- description: Which kinds of thread events a source told on a local day: a field that nobody subscribed to is missing, not zero.
-- grain: shop_id, day_on, source, stream
-- partition: day day_on
-- input staging.message: day occurred_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day of the events.
-- column source: Platform that told them.
-- column stream: messages (of customers), echoes (of the business), deliveries, reads, statuses, reactions, referrals, optins or other.
-- column events: Events told.
-- column people: People they are about.
-- check fail not_null: shop_id, day_on, source, stream, events
-- The rule is enough: a row counts the events of its own day.
with told as (
    select
        message.shop_id, message.occurred_on as day_on, message.source, message.person_key,
        case
            when message.is_content and message.direction = 'in' then 'messages'
            when message.is_content then 'echoes'
            when message.kind = 'delivery' then 'deliveries'
            when message.kind = 'read' then 'reads'
            when message.kind = 'status' then 'statuses'
            when message.kind in ('reaction', 'unreaction') then 'reactions'
            when message.kind = 'referral' then 'referrals'
            when message.kind = 'optin' then 'optins'
            else 'other'
        end as stream
    from staging.message as message
    join scope_day as scope on scope.shop_id = message.shop_id and scope.day_on = message.occurred_on
)

select shop_id, day_on, source, stream, count(*) as events, count(distinct person_key) as people
from told
group by shop_id, day_on, source, stream
