"""Documents and tables of Shopify's that hold nothing to be counted: known, so that they are not taken for something new."""

from __future__ import annotations

# What REST answers are wrapped in.
_DOCUMENTS = """
adjustment article balance blog carrier_service collect collection collection_listing country currency custom_collection customer
customer_address customer_saved_search discount_code discount_code_creation dispute draft_order engagement event gift_card image
inventory_item inventory_level location marketing_event metafield page payout price_rule product product_listing province redirect
report risk script_tag shipping_zone shop smart_collection tender_transaction theme user variant webhook
"""
_PLURALS = {"country": "countries", "currency": "currencies", "customer_address": "customer_addresses"}
DOCUMENTS = frozenset(_DOCUMENTS.split()) | {_PLURALS.get(name, f"{name}s") for name in _DOCUMENTS.split()}

# Columns that tell each of Fivetran's tables.
_TABLES = """
checkout_id index code usage_count
checkout_id index delivery_category markup
id handle published_scope title _fivetran_synced
collection_id product_id _fivetran_synced
customer_id index value _fivetran_synced
order_line_id index amount discount_application_index
order_id index allocation_method target_selection
id combines_with_order_discounts usage_limit
id applies_once_per_customer combines_with_product_discounts
discount_id discount_type code id
id refund_id amount_set_shop_amount reason _fivetran_synced
id order_line_id refund_id restock_type quantity
id order_id decline_reason total_quantity
id inventory_history_url tracked
id country_code_of_origin harmonized_system_code
id inventory_item_id can_deactivate
id inventory_item_id inventory_level_id quantity
id address_1 legacy localized_country_name
media_id image_id image_url
id key namespace owner_id owner_resource
order_id index amount code type _fivetran_synced
order_id name value _fivetran_synced
order_id discounted_price price title source _fivetran_synced
order_shipping_line_id index price rate
order_id index value _fivetran_synced
order_id key value _fivetran_synced
product_id media_id
product_id index value _fivetran_synced
product_id id inventory_policy position
product_variant_id media_id
id auto_configure_tax_inclusivity domain
order_line_id index price rate title
id order_id amount payment_method remote_reference
"""
MEDIA = frozenset({"id", "status", "created_at", "updated_at"})
TABLES: tuple[frozenset[str], ...] = tuple(frozenset(line.split()) for line in _TABLES.strip().splitlines())
