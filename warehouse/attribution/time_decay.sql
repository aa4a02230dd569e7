-- description: One row per touch of a path of several: its weight in the model time_decay, which halves with each half-life before the last touch.
-- grain: shop_id, conversion_type, conversion_key, attribution_window, touch_key
-- partition: order conversion_key
-- input attribution.path_touch: order conversion_key
-- input attribution.setting: shop
-- as_of: none
-- column weight_e9: Billionths of the last touch's weight, from whole numbers alone; within 15 millionths of 2^-age, exact at whole half-lives.
-- check fail not_null: shop_id, conversion_type, conversion_key, attribution_window, touch_key, place, weight_e9
-- check fail last_weighs_most: weight_e9 between 0 and 1000000000
-- The rules are enough: a weight depends on the ages of the touches of one path and on the half-life of its shop.
with touch as (
    select
        path.shop_id, path.conversion_type, path.conversion_key, path.attribution_window, path.touch_key, path.place,
        setting.half_life_s,
        16 * (max(path.touched_s) over (
            partition by path.shop_id, path.conversion_type, path.conversion_key, path.attribution_window
        ) - path.touched_s) as age_16
    from attribution.path_touch as path
    join scope_order as scope on scope.shop_id = path.shop_id and scope.order_key = path.conversion_key
    join attribution.setting as setting on setting.shop_id = path.shop_id
    where path.touches > 1
),

-- 2^-age = 2^-(whole half-lives) * 2^-(sixteenths / 16) * e^-rest, where rest is below ln 2 / 16: 1 - rest + rest^2 / 2
parted as (
    select
        shop_id, conversion_type, conversion_key, attribution_window, touch_key, place,
        age_16 // half_life_s as sixteenths,
        mod(age_16, half_life_s) * 693147181 as rest_product,
        16 * half_life_s as rest_parts
    from touch
),

decayed as (
    select
        shop_id, conversion_type, conversion_key, attribution_window, touch_key, place, sixteenths,
        rest_product // rest_parts as rest,
        case mod(sixteenths, 16)
            when 0 then 1000000000 when 1 then 957603281 when 2 then 917004043 when 3 then 878126080
            when 4 then 840896415 when 5 then 805245166 when 6 then 771105413 when 7 then 738413073
            when 8 then 707106781 when 9 then 677127773 when 10 then 648419777 when 11 then 620928906
            when 12 then 594603558 when 13 then 569394317 when 14 then 545253866 else 522136891
        end as part,
        case when mod(sixteenths, 32) >= 16 then 2 else 1 end
            * case when mod(sixteenths, 64) >= 32 then 4 else 1 end
            * case when mod(sixteenths, 128) >= 64 then 16 else 1 end
            * case when mod(sixteenths, 256) >= 128 then 256 else 1 end
            * case when mod(sixteenths, 512) >= 256 then 65536 else 1 end as whole
    from parted
),

weighed as (
    select
        shop_id, conversion_type, conversion_key, attribution_window, touch_key, place, sixteenths,
        cast(part as bigint) * (1000000000 - rest + rest * rest // 2000000000) as product,
        1000000000 * cast(whole as bigint) as divisor
    from decayed
)

select
    shop_id, conversion_type, conversion_key, attribution_window, touch_key, place,
    cast(case when sixteenths < 512 then product // divisor else 0 end as bigint) as weight_e9
from weighed
