-- law: Nothing counts twice: a raw table holds each row once.
with told as (
    select 'message_event' as told_in, row_id from raw.message_event
    union all
    select 'touch' as told_in, row_id from raw.touch
    union all
    select 'order_event' as told_in, row_id from raw.order_event
    union all
    select 'order_line' as told_in, row_id from raw.order_line
    union all
    select 'refund' as told_in, row_id from raw.refund
    union all
    select 'order_reference' as told_in, row_id from raw.order_reference
    union all
    select 'consent_event' as told_in, row_id from raw.consent_event
    union all
    select 'identity_link' as told_in, row_id from raw.identity_link
    union all
    select 'config_event' as told_in, row_id from raw.config_event
    union all
    select 'ad_spend' as told_in, row_id from raw.ad_spend
    union all
    select 'ad_name' as told_in, row_id from raw.ad_name
    union all
    select 'store_sale' as told_in, row_id from raw.store_sale
    union all
    select 'fx_rate' as told_in, row_id from raw.fx_rate
)
select told_in, row_id
from told
group by told_in, row_id
having count(*) > 1
