-- description: How fast the business answers: turns of customers (messages in a row) by their local day, with a 95 % Wilson interval.
-- grain: shop_id, day_on
-- partition: day day_on
-- input staging.reply: day asked_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day of the turn's first message.
-- column turns: Turns that waited for an answer.
-- column people: People in them.
-- column answered_turns: Turns that a message of the business followed, before 24 hours of silence.
-- column answered_rate: answered_turns / turns; null for none.
-- column answered_rate_low: Lower end of the interval; 0 for none.
-- column answered_rate_high: Upper end of the interval; 1 for none.
-- column median_reply_minutes: Median time from the first message of an answered turn to the answer (nearest rank); null without one.
-- column p90_reply_minutes: 90th percentile of the same (nearest rank).
-- check fail not_null: shop_id, day_on, turns, answered_turns
-- check fail rate_is_inside: answered_rate between answered_rate_low and answered_rate_high
-- The rule is enough: a turn belongs to the day of its first message, and an answer that comes later changes the turn's row.
with ranked as (
    select
        reply.shop_id, reply.asked_on as day_on, reply.person_key, reply.reply_s,
        count(reply.reply_s) over (partition by reply.shop_id, reply.asked_on) as answered,
        row_number() over (
            partition by reply.shop_id, reply.asked_on
            order by case when reply.reply_s is null then 1 else 0 end, reply.reply_s
        ) as place
    from staging.reply as reply
    join scope_day as scope on scope.shop_id = reply.shop_id and scope.day_on = reply.asked_on
),

total as (
    select
        shop_id, day_on,
        count(*) as turns,
        count(distinct person_key) as people,
        count(reply_s) as answered_turns,
        max(case when 2 * place = answered + mod(answered, 2) then reply_s end) as median_reply_s,
        max(case when 10 * place between 9 * answered and 9 * answered + 9 then reply_s end) as p90_reply_s
    from ranked
    group by shop_id, day_on
),

number as (
    select
        shop_id, day_on, turns, people, answered_turns, median_reply_s, p90_reply_s,
        cast(turns as double) as n, cast(answered_turns as double) as x,
        3.841458820694124e0 as z2  -- square of the 97.5 % quantile of the normal distribution
    from total
),

wilson as (
    select
        shop_id, day_on, turns, people, answered_turns, median_reply_s, p90_reply_s, n, x, z2,
        sqrt(z2 * (z2 + 4 * x * (n - x) / nullif(n, 0))) as spread
    from number
)

select
    shop_id, day_on, turns, people, answered_turns,
    x / nullif(n, 0) as answered_rate,
    case when answered_turns = 0 then 0e0 else (2 * x + z2 - spread) / (2 * (n + z2)) end as answered_rate_low,
    case when answered_turns = turns then 1e0 else (2 * x + z2 + spread) / (2 * (n + z2)) end as answered_rate_high,
    cast(median_reply_s as double) / 60 as median_reply_minutes,
    cast(p90_reply_s as double) / 60 as p90_reply_minutes
from wilson
