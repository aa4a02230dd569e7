-- description: One row per sign of interest that a person gave.
-- grain: shop_id, person_key, source, signal_key, product_id
-- partition: person person_key
-- input staging.message: person person_key
-- input staging.touch: person person_key
-- input staging.cart_line: person person_key
-- as_of: none
-- column signal: message, like, reaction, product, share, link, view (of a product's page) or cart.
-- column product_id: Product it is about, '' where none is told.
-- column interest_weight: Points of the signal: 1 message or view, 2 like, reaction or link, 3 share, 5 product, 8 cart.
-- check fail not_null: shop_id, person_key, signal_key, signal, product_id, interest_weight
-- The rules are enough: signs of interest are counted from one identifier's messages, touches and carts.
with message as (
    select
        message.shop_id, message.person_key, source, kind || ':' || message_key as signal_key,
        occurred_at, occurred_s, occurred_on,
        case
            when kind = 'like' then 'like'
            when kind = 'reaction' then 'reaction'
            when kind in ('product_share', 'product_enquiry') then 'product'
            when kind in ('share', 'story_reply', 'story_mention', 'reel', 'post') or app is not null then 'share'
            when is_content and kind <> 'cart' then 'message'
        end as signal,
        product_id
    from staging.message as message
    join scope_person as scope on scope.shop_id = message.shop_id and scope.person_key = message.person_key
    where direction = 'in' and message.person_key in (select person_key from scope_person)
),

touch as (
    select
        touch.shop_id, touch.person_key, touch.touch_key, touch.source, touch.kind, touch.touch_type,
        touch.occurred_at, touch.occurred_s, touch.occurred_on, touch.product_id
    from staging.touch as touch
    join scope_person as scope on scope.shop_id = touch.shop_id and scope.person_key = touch.person_key
    where touch.person_key in (select person_key from scope_person)
),

signal as (
    select shop_id, person_key, source, signal_key, occurred_at, occurred_s, occurred_on, signal, coalesce(product_id, '') as product_id
    from message
    where signal is not null
    union all
    select
        shop_id, person_key, source, 'touch:' || touch_key as signal_key,
        occurred_at, occurred_s, occurred_on,
        case when source = 'app_share' then 'share' else 'link' end as signal, coalesce(product_id, '') as product_id
    from touch
    -- what is shared in a thread is a message already
    where touch_type = 'click' or kind in ('store_qr', 'store_scan') or source = 'app_share'
    union all
    select
        shop_id, person_key, source, 'touch:' || touch_key as signal_key,
        occurred_at, occurred_s, occurred_on, 'view' as signal, product_id
    from touch
    where kind = 'product_view' and product_id is not null
    union all
    select
        cart.shop_id, cart.person_key, 'cart' as source, cart.order_ref as signal_key,
        cart.occurred_at, cart.occurred_s, cart.occurred_on, 'cart' as signal, cart.product_id
    from staging.cart_line as cart
    join scope_person as scope on scope.shop_id = cart.shop_id and scope.person_key = cart.person_key
)

select
    shop_id, person_key, source, signal_key, product_id, occurred_at, occurred_s, occurred_on, signal,
    case signal
        when 'cart' then 8
        when 'product' then 5
        when 'share' then 3
        when 'message' then 1
        when 'view' then 1
        else 2
    end as interest_weight
from signal
where person_key <> ''
