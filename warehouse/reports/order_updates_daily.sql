-- description: Whether customers were told how their order goes: confirmation, shipping, delivery; with the 95 % Wilson interval of the share told.
-- grain: shop_id, day_on, stage
-- partition: day day_on
-- input staging.order_update: day due_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day on which the orders reached the stage.
-- column stage: confirmation (the order began), shipping (its first parcel left) or delivery (its first parcel arrived).
-- column due: Orders that reached the stage.
-- column sent: Of these, whose customer was sent an update: a message that names the order, and this stage or none, within 48 hours.
-- column delivered: Of these, whose update reached the customer.
-- column read: Of these, who read one.
-- column sent_rate: sent / due; null for none.
-- column sent_rate_low: Lower end of the interval; 0 for none.
-- column sent_rate_high: Upper end of the interval; 1 for none.
-- column median_send_minutes: Median time from reaching the stage to the first update (nearest rank); null without one.
-- column p90_send_minutes: 90th percentile of the same (nearest rank).
-- check fail not_null: shop_id, day_on, stage, due, sent, delivered, read
-- check fail steps_in_order: due >= sent and sent >= delivered and delivered >= read
-- The rule is enough: an update belongs to the day its stage was reached, and what is told later changes its row.
with ranked as (
    select
        told.shop_id, told.due_on as day_on, told.stage, told.send_s, told.is_delivered, told.is_read,
        count(told.send_s) over (partition by told.shop_id, told.due_on, told.stage) as sent,
        row_number() over (
            partition by told.shop_id, told.due_on, told.stage order by case when told.is_sent then 0 else 1 end, told.send_s
        ) as place
    from staging.order_update as told
    join scope_day as scope on scope.shop_id = told.shop_id and scope.day_on = told.due_on
),

total as (
    select
        shop_id, day_on, stage,
        count(*) as due,
        count(send_s) as sent,
        cast(sum(case when is_delivered then 1 else 0 end) as bigint) as delivered,
        cast(sum(case when is_read then 1 else 0 end) as bigint) as read,
        max(case when 2 * place = sent + mod(sent, 2) then send_s end) as median_send_s,
        max(case when 10 * place between 9 * sent and 9 * sent + 9 then send_s end) as p90_send_s,
        cast(count(*) as double) as n, cast(count(send_s) as double) as x,
        3.841458820694124e0 as z2  -- square of the 97.5 % quantile of the normal distribution
    from ranked
    group by shop_id, day_on, stage
),

wilson as (
    select
        shop_id, day_on, stage, due, sent, delivered, read, median_send_s, p90_send_s, n, x, z2,
        sqrt(z2 * (z2 + 4 * x * (n - x) / nullif(n, 0))) as spread
    from total
)

select
    shop_id, day_on, stage, due, sent, delivered, read,
    x / nullif(n, 0) as sent_rate,
    case when sent = 0 then 0e0 else (2 * x + z2 - spread) / (2 * (n + z2)) end as sent_rate_low,
    case when sent = due then 1e0 else (2 * x + z2 + spread) / (2 * (n + z2)) end as sent_rate_high,
    cast(median_send_s as double) / 60 as median_send_minutes,
    cast(p90_send_s as double) / 60 as p90_send_minutes
from wilson
