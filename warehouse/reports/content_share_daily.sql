-- description: GIFs, clips and stickers from other apps shared in threads on a local day, by app.
-- grain: shop_id, day_on, app, kind, direction
-- partition: day day_on
-- input staging.message: day occurred_on
-- input staging.touch: day occurred_on
-- input staging.anonymous_touch: day occurred_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day of the share.
-- column app: App as the source names it; unknown where it does not, as Messenger, Instagram and WhatsApp never do.
-- column kind: gif, clip or sticker.
-- column direction: in (a customer's, and what an app tells itself) or out (the business's).
-- column shares: Shares, each told once.
-- column people: Identified people who shared, or were sent one.
-- check fail not_null: shop_id, day_on, app, kind, direction, shares, people
-- The rules are enough: a share is told on its own day, and no other day's row holds it.
with shared as (
    select
        message.shop_id, message.occurred_on as day_on, message.app, message.direction, message.person_key,
        case when message.kind = 'sticker' then 'sticker' else 'gif' end as kind
    from staging.message as message
    join scope_day as scope on scope.shop_id = message.shop_id and scope.day_on = message.occurred_on
    where message.app is not null and message.is_content
    union all
    select
        touch.shop_id, touch.occurred_on as day_on, coalesce(touch.app, 'unknown') as app, 'in' as direction, touch.person_key,
        coalesce(touch.ref, 'unknown') as kind
    from staging.touch as touch
    join scope_day as scope on scope.shop_id = touch.shop_id and scope.day_on = touch.occurred_on
    -- what a thread tells of its own shares is a message already
    where touch.source = 'app_share'
    union all
    select
        touch.shop_id, touch.occurred_on as day_on, coalesce(touch.app, 'unknown') as app, 'in' as direction, '' as person_key,
        coalesce(touch.ref, 'unknown') as kind
    from staging.anonymous_touch as touch
    join scope_day as scope on scope.shop_id = touch.shop_id and scope.day_on = touch.occurred_on
    where touch.source = 'app_share'
)

select
    shop_id, day_on, app, kind, direction,
    count(*) as shares,
    count(distinct nullif(person_key, '')) as people
from shared
group by shop_id, day_on, app, kind, direction
