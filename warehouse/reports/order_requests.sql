-- description: Questions and requests about orders, by the local day they were made: answered and carried out within 48 hours, with intervals.
-- grain: shop_id, day_on, request
-- partition: day day_on
-- input staging.order_request: day requested_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day of the request.
-- column request: order_status (where is my order), order_change, order_cancel, order_return or reorder.
-- column requested: Requests; asked again within 24 hours in one conversation is once.
-- column people: People who made them.
-- column answered: Requests that the business wrote after, within 48 hours.
-- column carried_out: Requests done within 48 hours: order changed, cancelled, refunded, ordered again; a status question answered.
-- column answered_rate: answered / requested; null for none.
-- column answered_rate_low: Lower end of its 95 % Wilson interval; 0 for none.
-- column answered_rate_high: Upper end of it; 1 for none.
-- column carried_out_rate: carried_out / requested; null for none.
-- column carried_out_rate_low: Lower end of its 95 % Wilson interval; 0 for none.
-- column carried_out_rate_high: Upper end of it; 1 for none.
-- check fail not_null: shop_id, day_on, request, requested, answered, carried_out
-- check fail no_more_than_requested: answered <= requested and carried_out <= requested
-- The rule is enough: a request belongs to the day it was made, and an answer that comes later changes the request's row.
with total as (
    select
        asked.shop_id, asked.requested_on as day_on, asked.request,
        count(*) as requested,
        count(distinct asked.person_key) as people,
        count(asked.answer_s) as answered,
        count(asked.carried_out_s) as carried_out
    from staging.order_request as asked
    join scope_day as scope on scope.shop_id = asked.shop_id and scope.day_on = asked.requested_on
    group by asked.shop_id, asked.requested_on, asked.request
),

number as (
    select
        shop_id, day_on, request, requested, people, answered, carried_out,
        cast(requested as double) as n, cast(answered as double) as x, cast(carried_out as double) as y,
        3.841458820694124e0 as z2  -- square of the 97.5 % quantile of the normal distribution
    from total
),

wilson as (
    select
        shop_id, day_on, request, requested, people, answered, carried_out, n, x, y, z2,
        sqrt(z2 * (z2 + 4 * x * (n - x) / nullif(n, 0))) as answered_spread,
        sqrt(z2 * (z2 + 4 * y * (n - y) / nullif(n, 0))) as carried_out_spread
    from number
)

select
    shop_id, day_on, request, requested, people, answered, carried_out,
    x / nullif(n, 0) as answered_rate,
    case when answered = 0 then 0e0 else (2 * x + z2 - answered_spread) / (2 * (n + z2)) end as answered_rate_low,
    case when answered = requested then 1e0 else (2 * x + z2 + answered_spread) / (2 * (n + z2)) end as answered_rate_high,
    y / nullif(n, 0) as carried_out_rate,
    case when carried_out = 0 then 0e0 else (2 * y + z2 - carried_out_spread) / (2 * (n + z2)) end as carried_out_rate_low,
    case when carried_out = requested then 1e0 else (2 * y + z2 + carried_out_spread) / (2 * (n + z2)) end as carried_out_rate_high
from wilson
