-- description: Stand-in: settings.
-- grain: shop_id
-- partition: full
-- input staging.shop: full
-- as_of: none
-- check fail not_null: shop_id
select shop_id, 604800 as half_life_s, 400000000 as first_share_ppb, 400000000 as last_share_ppb, ',direct,' as direct_channels from staging.shop
