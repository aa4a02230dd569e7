-- description: One row per shop: how its touches become credit, as last told in shops.toml, else the defaults.
-- grain: shop_id
-- partition: person shop_id
-- input raw.config_event: person shop_id
-- input staging.touch: person shop_id
-- input attribution.counted_conversion: person shop_id
-- as_of: none
-- column touches: Whether touches before an earlier conversion of the type count again: reuse or reset.
-- column half_life_s: Seconds in which the weight of a touch halves, in the model time_decay.
-- column first_share_ppb: Share of the first touch in the model position.
-- column last_share_ppb: Share of the last touch in the model position.
-- column direct_channels: Channels that last_non_direct passes over, each between commas (`,direct,`).
-- column presets: Preset windows that are wanted, each between commas.
-- check fail not_null: shop_id, touches, half_life_s, first_share_ppb, last_share_ppb, direct_channels, presets
-- The rules are enough: a row is made of what one shop told, and there is one wherever a shop told anything that is attributed.
with seen as (
    select shop_id from raw.config_event
    union
    select shop_id from staging.touch
    union
    select shop_id from attribution.counted_conversion
),

shop as (
    select seen.shop_id from seen join scope_person as scope on scope.shop_id = seen.shop_id and scope.person_key = seen.shop_id
),

last_told as (
    select shop_id, max(occurred_at) as occurred_at from raw.config_event group by shop_id
),

told as (
    -- the settings in force are those of the shop's last telling: one that is gone from shops.toml is gone
    select
        event.shop_id, event.key, event.value,
        row_number() over (partition by event.shop_id, event.key order by event.row_id desc) as choice
    from raw.config_event as event
    join last_told on last_told.shop_id = event.shop_id and last_told.occurred_at = event.occurred_at
)

select
    shop.shop_id,
    coalesce(max(case when told.key = 'attribution.touches' then told.value end), 'reuse') as touches,
    coalesce(max(case when told.key = 'attribution.half_life_s' then cast(told.value as bigint) end), 604800) as half_life_s,
    cast(coalesce(max(case when told.key = 'attribution.first_share_ppb' then cast(told.value as bigint) end), 400000000) as bigint)
        as first_share_ppb,
    cast(coalesce(max(case when told.key = 'attribution.last_share_ppb' then cast(told.value as bigint) end), 400000000) as bigint)
        as last_share_ppb,
    ',' || coalesce(max(case when told.key = 'attribution.direct_channels' then told.value end), 'direct') || ',' as direct_channels,
    ',' || coalesce(max(case when told.key = 'attribution.presets' then told.value end), '1d_click,7d_click,28d_click,1d_view,1d_ev') || ','
        as presets
from shop
left join told on told.shop_id = shop.shop_id and told.choice = 1
group by shop.shop_id
