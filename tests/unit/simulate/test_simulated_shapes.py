"""Every shape that the world promises to speak occurs in a small one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from pipelines.simulate.world import build_world
from pipelines.sources.money import EXPONENTS
from tests.unit.simulate.conftest import EVENTS, Told

THUMBS = {369239263222822, 369239343222814, 369239383222810}
Item = dict[str, Any]


def message(item: Item) -> dict[str, Any]:
    told = item.get("message")
    return told if isinstance(told, dict) else {}


def parts(item: Item) -> list[dict[str, Any]]:
    return message(item).get("attachments", [])


def shape(item: Item) -> tuple[bool, tuple[str, ...]]:
    """Of a sticker: whether the message itself names it, and the types of its attachments."""
    return message(item).get("sticker_id") in THUMBS, tuple(part["type"] for part in parts(item))


def is_thumb(item: Item) -> bool:
    return any(part.get("payload", {}).get("sticker_id") in THUMBS for part in parts(item))


def is_echo(item: Item) -> bool:
    return bool(message(item).get("is_echo"))


def buttons(item: Item) -> list[str]:
    return [button["payload"] for part in parts(item) for button in part.get("payload", {}).get("buttons", ())]


def receipt(item: Item) -> dict[str, Any]:
    return next((part["payload"] for part in parts(item) if part.get("payload", {}).get("template_type") == "receipt"), {})


def referral(item: Item) -> dict[str, Any]:
    return message(item).get("referral", {})


MESSENGER: dict[str, Callable[[Item], Any]] = {
    "echo": is_echo,
    "delivery": lambda item: item.get("delivery", {}).get("mids") and "timestamp" in item,
    "delivery without message ids": lambda item: "delivery" in item and "mids" not in item["delivery"],
    "delivery without a time": lambda item: "delivery" in item and "timestamp" not in item,
    "read": lambda item: "watermark" in item.get("read", {}),
    "reaction": lambda item: item.get("reaction", {}).get("action") == "react",
    "unreaction": lambda item: item.get("reaction", {}).get("action") == "unreact",
    "edit": lambda item: "message_edit" in item,
    "second edit": lambda item: item.get("message_edit", {}).get("num_edit") == 2,
    "shipping update": lambda item: is_echo(item) and message(item).get("metadata", "").endswith(":shipping"),
    "handover": lambda item: "pass_thread_control" in item,
    "quick reply": lambda item: "quick_reply" in message(item),
    "referral event of an ad": lambda item: item.get("referral", {}).get("source") == "ADS",
    "referral event of a link": lambda item: item.get("referral", {}).get("source") == "SHORTLINK",
    "referral event in seconds": lambda item: "referral" in item and item["timestamp"] < 10**12,
    "postback referral": lambda item: "referral" in item.get("postback", {}),
    "message referral": lambda item: referral(item).get("ad_id"),
    "ad without ref": lambda item: referral(item).get("ad_id") and "ref" not in referral(item),
    "store QR": lambda item: referral(item).get("ref", "").startswith("qr_"),
    "product enquiry": lambda item: referral(item).get("product"),
    "product share": lambda item: any("product" in part.get("payload", {}) for part in parts(item)),
    "checkout opt-in": lambda item: item.get("optin", {}).get("ref", "").startswith("order") and "sender" not in item,
    "prior message": lambda item: item.get("prior_message", {}).get("source") == "checkbox_plugin",
    "marketing opt-in": lambda item: item.get("optin", {}).get("type") == "notification_messages",
    "marketing opt-out": lambda item: item.get("optin", {}).get("notification_messages_status") == "STOP",
    "re-order in metadata": lambda item: is_echo(item) and message(item).get("metadata", "").startswith("REORDER:"),
    "re-order in a button": lambda item: is_echo(item) and any(payload.startswith("REORDER:") for payload in buttons(item)),
    "like in message and image": lambda item: is_thumb(item) and shape(item) == (True, ("image",)),
    "like in the image alone": lambda item: is_thumb(item) and shape(item) == (False, ("image",)),
    "like as a sticker": lambda item: is_thumb(item) and shape(item) == (False, ("sticker",)),
    "like as sticker and image": lambda item: is_thumb(item) and shape(item) == (True, ("sticker", "image")),
    "another sticker": lambda item: "sticker_id" in message(item) and not is_thumb(item),
    "GIF": lambda item: any(part["type"] == "image" and part["payload"]["url"].endswith(".gif") for part in parts(item)),
    "clip": lambda item: any(part["type"] == "video" and "tenor" in part["payload"]["url"] for part in parts(item)),
    "receipt": receipt,
    "receipt with a time": lambda item: "timestamp" in receipt(item),
    "receipt without a time": lambda item: receipt(item) and "timestamp" not in receipt(item),
    "receipt with a discount": lambda item: receipt(item).get("adjustments"),
    "standby message": lambda item: item["_in"] == "standby" and message(item),
    "standby beside messaging": lambda item: item["_in"] == "standby" and "messaging" in item["_entry"],
    "standby stub": lambda item: item["_in"] == "standby" and set(item) == {"sender", "recipient", "_in", "_entry"},
}
INSTAGRAM: dict[str, Callable[[Item], Any]] = {
    "echo": is_echo,
    "read": lambda item: "mid" in item.get("read", {}),
    "like heart": lambda item: any(part == {"type": "like_heart"} for part in parts(item)),
    "ad": lambda item: referral(item).get("ad_id"),
    "link": lambda item: referral(item).get("source") == "SHORTLINK",
    "product enquiry": lambda item: referral(item).get("product"),
    "product share": lambda item: any("product" in part.get("payload", {}) for part in parts(item)),
    "receipt": receipt,
    "re-order": lambda item: message(item).get("metadata", "").startswith("REORDER:"),
    "shared post": lambda item: any(part["type"] in ("share", "ig_post") for part in parts(item)),
    "story mention": lambda item: any(part["type"] == "story_mention" for part in parts(item)),
    "story reply": lambda item: "story" in message(item).get("reply_to", {}),
    "deletion": lambda item: message(item).get("is_deleted"),
    "reaction": lambda item: "reaction" in item,
}
WHATSAPP: dict[str, Callable[[Item], Any]] = {
    "text": lambda item: item["type"] == "text",
    "cart": lambda item: item["type"] == "order",
    "ad with a click id": lambda item: item.get("referral", {}).get("source_type") == "ad" and "ctwa_clid" in item["referral"],
    "ad without a click id": lambda item: item.get("referral", {}).get("source_type") == "ad" and "ctwa_clid" not in item["referral"],
    "post": lambda item: item.get("referral", {}).get("source_type") == "post",
    "product enquiry": lambda item: "referred_product" in item.get("context", {}),
    "sticker": lambda item: item["type"] == "sticker",
    "image": lambda item: item["type"] == "image",
    "reaction": lambda item: item["type"] == "reaction",
    "button reply": lambda item: item["type"] == "interactive",
    "location": lambda item: item["type"] == "location",
    "edit": lambda item: item.get("edit", {}).get("original_message_id"),
    "revocation": lambda item: item.get("revoke", {}).get("original_message_id"),
}
TOPICS = (
    "orders/create", "orders/paid", "orders/updated", "orders/fulfilled", "orders/cancelled",
    "fulfillments/create", "fulfillments/update", "refunds/create",
)  # fmt: skip


@pytest.mark.parametrize("name", MESSENGER)
def test_messenger(told: Told, name: str) -> None:
    assert any(MESSENGER[name](item) for item in told.messenger)


@pytest.mark.parametrize("name", INSTAGRAM)
def test_instagram(told: Told, name: str) -> None:
    assert any(INSTAGRAM[name](item) for item in told.instagram)


@pytest.mark.parametrize("name", WHATSAPP)
def test_whatsapp(told: Told, name: str) -> None:
    assert any(WHATSAPP[name](item) for item in told.whatsapp)


def test_whatsapp_statuses_and_preferences(told: Told) -> None:
    assert {status["status"] for status in told.statuses} == {"sent", "delivered", "read", "failed"}
    assert {status["conversation"]["origin"]["type"] for status in told.statuses if "conversation" in status} == {
        "service",
        "referral_conversion",
    }
    told_of = {status["biz_opaque_callback_data"].rpartition(":")[2] for status in told.statuses if "biz_opaque_callback_data" in status}
    assert told_of == {"confirmation", "shipping", "delivery"}
    assert {preference["value"] for preference in told.preferences} == {"stop", "resume"}


def test_shopify_topics(told: Told) -> None:
    assert {topic for topic, _ in told.shopify} == set(TOPICS)


def test_shopify_refunds_are_partial_and_whole_with_all_parts(told: Told) -> None:
    refunds = [document for topic, document in told.shopify if topic == "refunds/create"]
    adjustments = [adjustment for refund in refunds for adjustment in refund["order_adjustments"]]
    assert {adjustment["kind"] for adjustment in adjustments} == {"shipping_refund", "refund_discrepancy"}
    assert any(line["total_tax"] for refund in refunds for line in refund["refund_line_items"])
    assert {document["financial_status"] for topic, document in told.shopify if topic == "orders/updated"} >= {
        "partially_refunded",
        "refunded",
    }


def test_woocommerce_tells_every_status_and_refunds_both_ways(told: Told) -> None:
    orders = [document for document in told.woocommerce if "order_key" in document and "id" in document]
    assert {order["status"] for order in orders} >= {"pending", "processing", "completed", "cancelled", "refunded"}
    alone = {document["id"]: document["amount"] for document in told.woocommerce if "amount" in document}
    in_orders = {refund["id"]: refund["total"] for order in orders for refund in order["refunds"]}
    assert {key: f"-{amount}" for key, amount in alone.items()} == in_orders
    assert in_orders
    assert any(order["customer_id"] == 0 for order in orders)


def test_a_shop_sells_in_instagram_too(told: Told) -> None:
    assert {order["order_status"]["state"] for order in told.commerce} == {"CREATED", "COMPLETED"}
    refunds = [refund["refund_amount"] for order in told.commerce for refund in order["refunds"]["data"]]
    assert any(refund["tax"]["amount"].startswith("-") for refund in refunds)
    assert any(order["cancellations"]["data"] for order in told.commerce)


def test_guests_and_shop_customers(told: Told) -> None:
    orders = [document for topic, document in told.shopify if topic == "orders/create" and "customer" in document]
    assert any(order["customer"] is None for order in orders)
    assert any(order["customer"] for order in orders)


def test_bodies_are_batched_over_pages(told: Told) -> None:
    assert any(len({entry["id"] for entry in entries}) > 1 for entries in told.entries)
    assert any(len(entry.get("messaging", ())) > 1 for entries in told.entries for entry in entries)


def test_insights_claim_orders_at_what_orders_come_to(told: Told) -> None:
    """The same claim under three names, its value with two decimals, and more of it for each conversation with one ad than another."""
    shops = {shop.account_id: shop for shop in build_world(shops=6, days=35, events=EVENTS, seed=11).shops}
    claims: Counter[str] = Counter()
    for row in told.insights:
        counts = {action["value"] for action in row.get("actions", ()) if action["action_type"].endswith("purchase")}
        values = {action["value"] for action in row.get("action_values", ())}
        assert len(counts) == len(values) <= 1
        for count, value in zip(counts, values, strict=True):
            assert re.fullmatch(r"\d+\.\d\d", value)
            usual = Decimal(shops[row["account_id"]].usual_order_minor).scaleb(-EXPONENTS[row["account_currency"]])
            assert 0 <= int(count) * usual - Decimal(value) < Decimal("0.01")
            claims[row["ad_id"]] += int(count)
    started = sum((_conversations(row) for row in told.insights), Counter())
    overstated = [claims[ad.id] / started[ad.id] for shop in shops.values() for ad in shop.ads if started[ad.id] > 30]
    assert max(overstated) > 1.5 * min(overstated) > 0


def test_orders_come_to_what_insights_take_them_for(told: Told) -> None:
    gross: dict[str, dict[int, Decimal]] = {}
    for _, document in told.shopify:
        if "total_line_items_price" in document and "id" in document:
            gross.setdefault(document["line_items"][0]["vendor"], {})[document["id"]] = Decimal(document["total_line_items_price"])
    assert len(gross) == 5  # the sixth does not run on Shopify
    for shop in build_world(shops=6, days=35, events=EVENTS, seed=11).shops[:5]:
        mean = sum(gross[shop.name].values()) / len(gross[shop.name])
        assert 0.8 < float(mean.scaleb(EXPONENTS[shop.currency])) / shop.usual_order_minor < 1.25


def _conversations(row: Item) -> Counter[str]:
    started = (int(action["value"]) for action in row.get("actions", ()) if action["action_type"].endswith("conversation_started_7d"))
    return Counter({row["ad_id"]: sum(started)})


def test_insights_leave_zeros_out_and_are_restated(told: Told) -> None:
    assert any("spend" not in row for row in told.insights)
    assert any("clicks" not in row for row in told.insights)
    assert all(isinstance(row[name], str) for row in told.insights for name in ("spend", "impressions", "clicks") if name in row)
    shown: dict[tuple[str, str], set[str]] = {}
    for row in told.insights:
        shown.setdefault((row["ad_id"], row["date_start"]), set()).add(row["impressions"])
    assert {len(values) for values in shown.values()} == {3}
