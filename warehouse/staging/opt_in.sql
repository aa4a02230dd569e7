-- description: One row per opt-in of a person to marketing: the first, and each first one after a withdrawal.
-- grain: shop_id, person_key, opted_in_s
-- partition: person person_key
-- input staging.message: person person_key
-- input raw.consent_event: person person_key
-- as_of: none
-- column opted_in_s: UTC epoch second; what is granted for several purposes at one second is one opt-in.
-- check fail not_null: shop_id, person_key, opted_in_at, opted_in_s, opted_in_on
-- The rules are enough: an opt-in is compared with what the same person stated before.
with told as (
    select
        shop_id, person_key, purpose, state = 'granted' as is_granted, occurred_at, occurred_s, occurred_on
    from raw.consent_event
    where purpose not in ('order_updates', 'erasure') and state in ('granted', 'withdrawn')
    union all
    -- the opt-in of a plugin tells no consent of its own; one that names an order is for updates about it
    select
        shop_id, person_key, 'marketing_messages' as purpose, substr(coalesce(status, ''), 1, 4) <> 'stop' as is_granted,
        occurred_at, occurred_s, occurred_on
    from staging.message
    where kind = 'optin' and order_ref is null
),

stated as (
    select
        told.shop_id, told.person_key, told.purpose, told.occurred_s,
        min(case when told.is_granted then 1 else 0 end) as granted,
        min(told.occurred_at) as occurred_at, min(told.occurred_on) as occurred_on
    from told
    join scope_person as scope on scope.shop_id = told.shop_id and scope.person_key = told.person_key
    group by told.shop_id, told.person_key, told.purpose, told.occurred_s
),

compared as (
    select
        shop_id, person_key, occurred_s, occurred_at, occurred_on, granted,
        lag(granted) over (partition by shop_id, person_key, purpose order by occurred_s) as granted_before
    from stated
)

select
    shop_id, person_key, min(occurred_at) as opted_in_at, occurred_s as opted_in_s, min(occurred_on) as opted_in_on
from compared
where granted = 1 and coalesce(granted_before, 0) = 0
group by shop_id, person_key, occurred_s
