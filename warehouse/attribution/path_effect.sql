-- description: One row per touch of a path that converted in a month, as some path did that lacks one of its touches: what it converts less without the touch.
-- grain: shop_id, month_on, conversion_type, attribution_window, path, place
-- partition: month month_on
-- solver: path_effect, version 2
-- input attribution.month_path: month month_on
-- as_of: none
-- column path: A converting path of n touches without rows has 1 / n a touch: nobody converted without one of them, so all drop alike.
-- column place: 1 for the earliest touch.
-- column share_ppb: Share of the path's conversions, in billionths; the drop of its conversion rate, or all to the last touch where nothing drops.
-- check fail not_null: shop_id, month_on, conversion_type, attribution_window, path, place, share_ppb
-- The rule is enough: a month is fitted from its own paths alone.
select
    month.shop_id, month.month_on, month.conversion_type, month.attribution_window, month.path,
    month.conversions, month.value_minor, month.nulls
from attribution.month_path as month
join scope_month as scope on scope.shop_id = month.shop_id and scope.month_on = month.month_on
