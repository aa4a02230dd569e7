"""The columns of the published reports, as Parquet types: what dashboards and notebooks may rely on."""

from __future__ import annotations

import pyarrow as pa

MONEY = ("gross_minor", "discount_minor", "refund_minor", "net_minor")
_TEXT = {
    "source",
    "payment_method",
    "category",
    "stream",
    "title",
    "currency",
    "reporting_currency",
    "zone",
    "person_key",
    "step",
    "funnel_order",
    "intent",
    "app",
    "direction",
    "stage",
    "state",
    "request",
    "channel",
    "kind",
    "model",
    "conversion_type",
    "attribution_window",
    "path",
    "measure",
    "level",
    "basis",
}
_FLOATS = {
    *("roas", "credited_orders", "claimed_order_difference", "credited_conversions", "modelled_conversions", "effect"),
    *("converting_effect", "mean_path_touches", "median_ad_lag_hours", "median_convert_hours", "assist_ratio"),
    *("credited_orders_low", "credited_orders_high", "roas_low", "roas_high"),
}
_COLUMNS = {
    "shop": "shop_id name currency reporting_currency zone is_sample is_claimed first_on data_through_on data_through_at",
    "shop_spend_daily": "shop_id day_on currency orders buyers new_buyers returning_buyers gross_minor discount_minor refund_minor"
    " net_minor tax_minor shipping_minor aov_minor reporting_currency reporting_gross_minor reporting_discount_minor"
    " reporting_refund_minor reporting_net_minor",
    "shared_identifier": "shop_id shared_identifier_count cut_link_count largest_link_count",
    "order_state_daily": "shop_id day_on state currency orders gross_minor shipping_minor net_minor",
    "product_spend_daily": "shop_id day_on product_id title currency orders quantity gross_minor discount_minor refund_minor net_minor"
    " cash_refund_minor cash_net_minor",
    "category_spend_daily": "shop_id day_on category currency orders quantity gross_minor discount_minor refund_minor net_minor"
    " cash_refund_minor cash_net_minor",
    "sales_daily": "shop_id day_on source payment_method currency orders gross_minor discount_minor refund_minor net_minor"
    " cash_refund_minor cash_net_minor tax_minor shipping_minor",
    "repeat_daily": "shop_id day_on buyer_orders returning_orders returning_order_rate returning_order_rate_low returning_order_rate_high"
    " within_7d_orders within_30d_orders within_90d_orders later_orders reorders like_reorders like_reorder_rate like_reorder_rate_low"
    " like_reorder_rate_high",
    "repeat_monthly": "shop_id month_on buyers repeat_buyers repeat_buyer_rate repeat_buyer_rate_low repeat_buyer_rate_high"
    " returning_orders median_gap_days p90_gap_days",
    "product_spend": "shop_id product_id title currency orders buyers quantity gross_minor discount_minor refund_minor net_minor"
    " median_line_minor p90_line_minor first_on last_on",
    "buyer_spend": "shop_id person_key currency orders gross_minor discount_minor refund_minor net_minor median_order_minor p90_order_minor"
    " first_on last_on",
    "buyer_spend_monthly": "shop_id month_on currency buyers orders net_minor median_buyer_net_minor p90_buyer_net_minor",
    "conversation_daily": "shop_id day_on conversations people answered_conversations ordered_conversations"
    " order_rate order_rate_low order_rate_high",
    "reply_time_daily": "shop_id day_on turns people answered_turns answered_rate answered_rate_low answered_rate_high"
    " median_reply_minutes p90_reply_minutes",
    "order_updates_daily": "shop_id day_on stage due sent delivered read sent_rate sent_rate_low sent_rate_high"
    " median_send_minutes p90_send_minutes",
    "order_requests": "shop_id day_on request requested people answered carried_out answered_rate answered_rate_low answered_rate_high"
    " carried_out_rate carried_out_rate_low carried_out_rate_high",
    "funnel_daily": "shop_id day_on entered conversed interested carted ordered paid delivered reordered",
    "conversion_rate_daily": "shop_id day_on step entered converted conversion_rate conversion_rate_low conversion_rate_high",
    "funnel_step_daily": "shop_id day_on funnel_order step entered base_people reached_people step_rate step_rate_low step_rate_high"
    " median_step_minutes p90_step_minutes",
    "intent_reply_daily": "shop_id day_on intent turns people answered_turns open_turns answered_rate answered_rate_low answered_rate_high"
    " median_reply_minutes p90_reply_minutes",
    "content_share_daily": "shop_id day_on app kind direction shares people",
    "checkout_optin_daily": "shop_id day_on orders opted_in_orders optin_rate optin_rate_low optin_rate_high",
    "shop_interest_daily": "shop_id day_on people message_people like_people reaction_people product_people share_people link_people"
    " cart_people interactions interest_score",
    "product_interest_daily": "shop_id day_on product_id people interactions interest_score",
    "buyer_product_interest": "shop_id person_key product_id interactions interest_score first_on last_on",
    "popularity": "shop_id level item_id popularity_points popularity_ppb prior_milli items",
    "buyer_interest": "shop_id person_key level item_id affinity_milli all_affinity_milli interest_ppb",
    "store_sale_daily": "shop_id day_on currency receipts known_receipts buyers gross_minor discount_minor refund_minor net_minor"
    " tax_minor",
    "store_attribution": "shop_id month_on attribution_window basis level level_id level_name reporting_currency receipts known_receipts"
    " touched_receipts ad_touched_receipts ad_touched_rate ad_touched_rate_low ad_touched_rate_high gross_minor net_minor ad_gross_minor"
    " ad_net_minor ad_sales_rate unconverted_receipts mean_path_touches median_ad_lag_hours ad_lag_1d_receipts ad_lag_7d_receipts"
    " ad_lag_28d_receipts ad_lag_over_28d_receipts visits ad_touched_visits",
    "fx_rate_daily": "shop_id day_on currency rate_e9",
    "fx_conversion_daily": "shop_id day_on currency reporting_currency rate_on rate_e9 reporting_rate_on reporting_rate_e9 is_converted",
    "coverage_daily": "shop_id day_on source stream events people",
    "touch_daily": "shop_id day_on channel kind touches people",
    "ad_spend_daily": "shop_id day_on account_id campaign_id campaign_name adset_id adset_name ad_id ad_name currency ad_spend_minor"
    " impressions clicks claimed_order_count claimed_value_minor conversation_started_count reporting_currency reporting_ad_spend_minor",
    "attribution_daily": "shop_id day_on model attribution_window level level_id level_name currency credited_orders"
    " gross_minor discount_minor refund_minor net_minor"
    " ad_spend_minor roas cpa_minor impressions clicks conversations cost_per_conversation_minor claimed_order_count"
    " claimed_order_difference claimed_value_minor claimed_value_difference_minor new_buyer_ppb returning_buyer_ppb"
    " cash_refund_minor cash_net_minor"
    " reporting_currency reporting_net_minor reporting_ad_spend_minor credited_ppb",
    "attribution": "shop_id month_on model attribution_window level level_id level_name currency credited_orders"
    " gross_minor discount_minor refund_minor net_minor"
    " ad_spend_minor roas cpa_minor impressions clicks conversations cost_per_conversation_minor claimed_order_count"
    " claimed_order_difference claimed_value_minor claimed_value_difference_minor new_buyer_ppb returning_buyer_ppb"
    " cash_refund_minor cash_net_minor"
    " reporting_currency reporting_net_minor reporting_ad_spend_minor credited_ppb",
    "conversion_attribution": "shop_id month_on conversion_type model attribution_window level level_id level_name credited_conversions"
    " reporting_currency reporting_ad_spend_minor cost_per_conversion_minor credited_ppb",
    "attribution_product": "shop_id month_on model attribution_window channel product_id currency gross_minor discount_minor refund_minor"
    " net_minor",
    "channel_effect": "shop_id month_on conversion_type attribution_window model channel effect converting_effect modelled_conversions"
    " modelled_value_minor converted_rate",
    "attribution_coverage": "shop_id month_on conversion_type attribution_window conversions touched_conversions ad_conversions"
    " touched_rate touched_rate_low touched_rate_high",
    "attribution_path": "shop_id month_on conversion_type attribution_window path path_rank currency conversions conversion_share_rate"
    " buyers gross_minor net_minor median_convert_hours",
    "attribution_lag": "shop_id month_on conversion_type attribution_window measure bucket currency conversions net_minor",
    "attribution_assist": "shop_id month_on conversion_type attribution_window level level_id currency conversions first_conversions"
    " last_conversions only_conversions assisted_conversions assist_ratio net_minor",
    "attribution_disagreement": "shop_id month_on attribution_window level level_id level_name currency models credited_min_ppb"
    " credited_min_model credited_max_ppb credited_max_model credited_spread_ppb net_spread_minor net_min_minor net_min_model"
    " net_max_minor net_max_model",
    "attribution_interval": "shop_id month_on model attribution_window channel currency customers basis credited_ppb credited_orders"
    " credited_orders_low credited_orders_high net_minor net_low_minor net_high_minor roas roas_low roas_high cpa_minor cpa_low_minor"
    " cpa_high_minor",
}


def _type(name: str) -> pa.DataType:
    if name in _TEXT or name.endswith(("_id", "name", "_model")):
        return pa.string()
    is_rate = "_rate" in name and not name.endswith(("_e9", "_on"))
    if is_rate or name.endswith(("_minutes", "_days")) or name in _FLOATS:
        return pa.float64()
    if name.startswith("is_"):
        return pa.bool_()
    return pa.timestamp("us") if name.endswith("_at") else pa.date32() if name.endswith("_on") else pa.int64()


SCHEMAS = {report: pa.schema([(name, _type(name)) for name in columns.split()]) for report, columns in _COLUMNS.items()}
