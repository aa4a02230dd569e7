-- description: Conversations that began on a local day, and the share that an order began in, with its 95 % Wilson interval.
-- grain: shop_id, day_on
-- partition: day day_on
-- input staging.conversation: day started_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day of the first message.
-- column conversations: Conversations; 24 hours of silence end one.
-- column people: People in them.
-- column answered_conversations: Conversations in which both the customer and the business wrote.
-- column ordered_conversations: Conversations that an order of the person began in, until 24 hours after the last message.
-- column order_rate: ordered_conversations / conversations; null for none.
-- column order_rate_low: Lower end of the interval; 0 for none.
-- column order_rate_high: Upper end of the interval; 1 for none.
-- check fail not_null: shop_id, day_on, conversations
-- check fail rate_is_inside: order_rate between order_rate_low and order_rate_high
-- The rule is enough: a conversation belongs to the day of its first message, and what changes it later changes its row.
with total as (
    select
        conversation.shop_id, conversation.started_on as day_on,
        count(*) as conversations,
        count(distinct conversation.person_key) as people,
        cast(sum(case when conversation.in_messages > 0 and conversation.out_messages > 0 then 1 else 0 end) as bigint)
            as answered_conversations,
        cast(sum(case when conversation.is_ordered then 1 else 0 end) as bigint) as ordered_conversations
    from staging.conversation as conversation
    join scope_day as scope on scope.shop_id = conversation.shop_id and scope.day_on = conversation.started_on
    group by conversation.shop_id, conversation.started_on
),

number as (
    select
        shop_id, day_on, conversations, people, answered_conversations, ordered_conversations,
        cast(conversations as double) as n, cast(ordered_conversations as double) as x,
        3.841458820694124e0 as z2  -- square of the 97.5 % quantile of the normal distribution
    from total
),

wilson as (
    select
        shop_id, day_on, conversations, people, answered_conversations, ordered_conversations, n, x, z2,
        sqrt(z2 * (z2 + 4 * x * (n - x) / nullif(n, 0))) as spread
    from number
)

select
    shop_id, day_on, conversations, people, answered_conversations, ordered_conversations,
    x / nullif(n, 0) as order_rate,
    case when ordered_conversations = 0 then 0e0 else (2 * x + z2 - spread) / (2 * (n + z2)) end as order_rate_low,
    case when ordered_conversations = conversations then 1e0 else (2 * x + z2 + spread) / (2 * (n + z2)) end as order_rate_high
from wilson
