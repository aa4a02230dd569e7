-- description: One row per counted order: when it began, its money as told, its later states.
-- grain: shop_id, order_key
-- partition: order order_key
-- input staging.order_event: order order_key
-- input staging.order_money: order order_key
-- input staging.order_payment: order order_key
-- as_of: none
-- column ordered_at: Start of the first state that is not a cart, over all sources.
-- column state: The furthest that any source tells: created, confirmed, authorised, paid, shipped, delivered; cancelled outranks all.
-- column payment_method: Code of the method; '' where nobody tells it.
-- column paid_s: UTC epoch second of the first payment; null before it.
-- column delivered_s: UTC epoch second of the first delivery; null before it.
-- check fail not_null: shop_id, order_key, ordered_at, ordered_s, ordered_on
-- The rules are enough: an order's beginning, money and states are told of it alone.
with event as (
    select
        told.shop_id, told.order_key, told.state, told.occurred_at, told.occurred_s, told.occurred_on,
        row_number() over (
            partition by told.shop_id, told.order_key order by told.occurred_at, told.occurred_on, told.row_id
        ) as place,
        -- these tell an order's whole status each time: one that failed and is paid after all comes without its cancellation
        told.source in ('woocommerce', 'orders_table') and coalesce(
            max(case when told.state = 'created' then told.told_at end) over this_source
            > max(case when told.state = 'cancelled' then told.told_at end) over this_source,
            false
        ) as is_taken_back
    from staging.order_event as told
    join scope_order as scope on scope.shop_id = told.shop_id and scope.order_key = told.order_key
    where told.state <> 'cart'
    window this_source as (partition by told.shop_id, told.order_key, told.source)
),

state as (
    select
        shop_id, order_key,
        min(case when place = 1 then occurred_at end) as ordered_at,
        min(case when place = 1 then occurred_s end) as ordered_s,
        min(case when place = 1 then occurred_on end) as ordered_on,
        min(case when state = 'paid' then occurred_s end) as paid_s,
        min(case when state = 'delivered' then occurred_s end) as delivered_s,
        min(case when state = 'cancelled' and not is_taken_back then occurred_at end) as cancelled_at,
        min(case when state = 'cancelled' and not is_taken_back then occurred_on end) as cancelled_on,
        max(case
            when state = 'cancelled' then case when is_taken_back then 0 else 6 end
            when state = 'delivered' then 5
            when state = 'shipped' then 4
            when state = 'paid' then 3
            when state = 'authorised' then 2
            when state = 'confirmed' then 1
            else 0
        end) as furthest
    from event
    group by shop_id, order_key
)

select
    state.shop_id,
    state.order_key,
    state.ordered_at,
    state.ordered_s,
    state.ordered_on,
    money.order_ref, money.source, money.source_rank, money.version_key,
    money.currency,
    money.gross_minor,
    money.discount_minor,
    money.tax_minor,
    money.shipping_minor,
    coalesce(payment.payment_method, '') as payment_method,
    case state.furthest
        when 6 then 'cancelled' when 5 then 'delivered' when 4 then 'shipped' when 3 then 'paid'
        when 2 then 'authorised' when 1 then 'confirmed' else 'created'
    end as state,
    state.paid_s,
    state.delivered_s,
    state.cancelled_at,
    state.cancelled_on
from state
join staging.order_money as money on money.shop_id = state.shop_id and money.order_key = state.order_key
left join staging.order_payment as payment on payment.shop_id = state.shop_id and payment.order_key = state.order_key
