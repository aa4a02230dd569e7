"""What a world's websites tell: GA4 rows and Conversions API events. They repeat orders, so they add touches and instants alone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.reference.world_sales import category_code
from tests.reference.world_totals import Shop

PAID = ("cp", "paid")


def read_ga4(shop: Shop, row: dict[str, Any]) -> None:
    at = int(row["event_timestamp"]) // 1000
    client = f"ga4 {row['user_pseudo_id']}"
    session = next(each["value"]["int_value"] for each in row["event_params"] if each["key"] == "ga_session_id")
    if row["event_name"] == "purchase":
        order = shop.orders[row["ecommerce"]["transaction_id"].casefold()]
        order.states.append(at)
        order.categories.update({item["item_id"]: category_code(item["item_category"]) for item in row["items"]})
    if row["event_name"] == "view_item":
        for item in row["items"]:
            shop.touches.add((client, "product_view", "", item["item_id"], at))
    campaign = row.get("collected_traffic_source") or {}
    medium = campaign.get("manual_medium", "")
    if campaign and medium != "(none)":
        kind = "ad_referral" if "gclid" in campaign or medium.startswith(PAID) else "link_referral"
        shop.touches.add((client, kind, "", campaign.get("manual_campaign_name", ""), session * 1000))


def host_or_page(event: dict[str, Any]) -> str:
    """The asset of an event: the page of a thread, else the website."""
    return str(event["user_data"].get("page_id") or urlsplit(event["event_source_url"]).hostname)


def read_conversion(shop: Shop, event: dict[str, Any]) -> None:
    shop.orders[event["custom_data"]["order_id"].casefold()].states.append(event["event_time"] * 1000)
    if click := event["user_data"].get("fbc"):
        at = int(click.split(".")[2])
        shop.touches.add((event["user_data"]["em"][0], "link_referral", click, "", at))
