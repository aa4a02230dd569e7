"""A slow, plain second opinion on a simulated world: reads the delivered wire JSON and recounts every expected total.

It knows the wire formats and the counting rules, and nothing of the code that wrote the world or of the pipeline:
json, Decimal, zoneinfo, dictionaries in memory. Refused records are recognised in the order in which a reader meets them.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference import meta_commerce_recount, shopify_recount, world_totals
from tests.reference.own_recount import OwnRecount
from tests.reference.woocommerce_recount import PING, read_order, read_refund
from tests.reference.world_lines import delivered_lines
from tests.reference.world_totals import DECIMALS, Refused, Shop, click_of, counted_touches, instant
from tests.reference.world_web import host_or_page, read_conversion, read_ga4

THUMBS = {369239263222822, 369239343222814, 369239383222810}
KNOWN_EVENTS = {"message", "postback", "referral", "optin", "delivery", "read", "reaction", "message_edit", "pass_thread_control"}


class Recount:
    """Reads a world's folder. `records` counts everything told, `expected` gives the totals as truth.json holds them."""

    def __init__(self, folder: Path) -> None:
        self.shops: dict[tuple[str, str], Shop] = {}
        self.quarantine: Counter[str] = Counter()
        self.records = 0
        for told in tomllib.loads((folder / "shops.toml").read_text(encoding="utf-8"))["shop"]:
            shop = Shop(told["id"], told["currency"], ZoneInfo(told["zone"]))
            for source, assets in told["assets"].items():
                self.shops.update({(source, asset): shop for asset in assets})
        self.own = OwnRecount(self.shops)
        for line in delivered_lines(folder):
            self._read(line)

    def _read(self, line: bytes) -> None:
        try:
            document = json.loads(line, parse_float=Decimal)
            headers, body = ({}, document)
            if set(document) == {"headers", "body"}:
                headers, body = document["headers"], document["body"]
                body = json.loads(body, parse_float=Decimal) if isinstance(body, str) and body != PING else body
        except ValueError:
            self._count("malformed_json")
            return
        if "x-shopify-topic" in headers:
            self._attempt(shopify_recount.read, self.shops, headers, body)
        elif "x-wc-webhook-topic" in headers:
            self._attempt(self._woocommerce, headers, body)
        elif "x-threadmart-asset" in headers:
            for order in body["data"]:
                self._attempt(meta_commerce_recount.read_order, self.shops["meta_commerce", headers["x-threadmart-asset"]], order)
        elif "event_name" in body:
            self._attempt(read_ga4, self.shops["ga4", body["stream_id"]], body)
        elif "data" in body:
            for row in body["data"] if isinstance(body["data"], list) else [body["data"]]:
                self._data(headers, body, row)
        elif body.get("object") in ("page", "instagram", "whatsapp_business_account"):
            self._meta(body)
        else:
            self._count("unsupported_source")

    def _data(self, headers: dict[str, str], body: dict[str, Any], row: dict[str, Any]) -> None:
        if "type" in body:
            self._attempt(self.own.read, body["type"], body["timestamp"], row)
        elif "event_name" in row:
            self._attempt(read_conversion, self.shops["conversions_api", host_or_page(row)], row)
        else:
            self._attempt(self._insights_row, headers, row)

    def _count(self, code: str) -> None:
        self.records += 1
        self.quarantine[code] += 1

    def _attempt(self, read: Any, *told: Any) -> None:
        try:
            read(*told)
        except Refused as refused:
            self.quarantine[str(refused)] += 1
        self.records += 1

    # Messenger, Instagram, WhatsApp

    def _meta(self, body: dict[str, Any]) -> None:
        entries = body["entry"]
        if not entries:
            self._count("empty_delivery")
        for entry in entries:
            items = [(item, False) for item in entry.get("messaging", ())] + [(item, True) for item in entry.get("standby", ())]
            if not items and "changes" not in entry:
                self._count("empty_delivery")
            for item, is_aside in items:
                self._attempt(self._item, "messenger" if body["object"] == "page" else "instagram", entry, item, is_aside)
            for change in entry.get("changes", ()):
                self._change(entry, change)

    def _item(self, source: str, entry: dict[str, Any], item: dict[str, Any], is_aside: bool) -> None:
        message = item.get("message", {})
        sender, recipient = item.get("sender", {}).get("id"), item.get("recipient", {}).get("id")
        if entry["id"] == "0" or sender == "12334":
            raise Refused("test_traffic")
        if not isinstance(message, dict):
            raise Refused("wrong_shape")
        if entry["id"] not in (sender, recipient):
            raise Refused("asset_mismatch")
        at = instant(item.get("timestamp", entry["time"]))
        if not KNOWN_EVENTS & set(item):
            if not is_aside:
                raise Refused("unknown_event")
            return
        shop = self.shops[source, entry["id"]]
        person = recipient if sender == entry["id"] else sender
        for referral in (message.get("referral"), item.get("postback", {}).get("referral"), item.get("referral")):
            if referral:
                shop.touches.add((str(person), *click_of(referral), at))
        if message.get("is_echo"):
            shop.hear(message.get("metadata"), at)
        elif message.get("reply_to", {}).get("story"):
            shop.touches.add((str(person), "story_reply", "", "", at))
        self._attachments(shop, item, message, person, at)

    def _attachments(self, shop: Shop, item: dict[str, Any], message: dict[str, Any], person: Any, at: int) -> None:
        attachments = message.get("attachments", ())
        stickers = {message.get("sticker_id"), *(part.get("payload", {}).get("sticker_id") for part in attachments)} - {None}
        is_outgoing = message.get("is_echo", False)
        for part in attachments:
            payload = part.get("payload", {})
            if payload.get("template_type") == "receipt" and is_outgoing:
                self._receipt(shop, payload, at)
            for element in payload.get("product", {}).get("elements", ()):
                shop.touches.add((str(person), "product_share", "", element["retailer_id"], at))
        urls = [part.get("payload", {}).get("url", "") for part in attachments]
        is_gif = any(url.endswith(".gif") for url in urls)
        if not is_outgoing and (is_gif or (stickers and not stickers & THUMBS)):
            shop.touches.add((str(person), "app_share", "", "", at))

    def _receipt(self, shop: Shop, receipt: dict[str, Any], at: int) -> None:
        def money(told: Any) -> int:
            return shop.minor(told, receipt["currency"])

        order = shop.orders[receipt["order_number"].lstrip("#").casefold()]
        order.states.append(int(receipt["timestamp"]) * 1000 if "timestamp" in receipt else at)
        order.updates["confirmation"].append(at)
        gross = sum(money(element["price"]) for element in receipt["elements"])
        discount = sum(money(adjustment["amount"]) for adjustment in receipt.get("adjustments", ()))
        summary = receipt["summary"]
        tax, shipping = money(summary.get("total_tax", 0)), money(summary.get("shipping_cost", 0))
        assert money(summary["subtotal"]) == gross
        assert money(summary["total_cost"]) == gross - discount + tax + shipping
        order.tellings.append((3, at, (gross, discount, tax, shipping)))

    def _change(self, entry: dict[str, Any], change: dict[str, Any]) -> None:
        value = change["value"]
        if entry["id"] == "0":
            self._count("test_traffic")
            return
        shop = self.shops["whatsapp", value["metadata"]["phone_number_id"]]
        for message in value.get("messages", ()):
            self._attempt(self._message, shop, message)
        for status in value.get("statuses", ()):
            shop.hear(status.get("biz_opaque_callback_data") if status["status"] == "sent" else None, instant(status["timestamp"]))
        self.records += len(value.get("statuses", ())) + len(value.get("user_preferences", ()))

    def _message(self, shop: Shop, message: dict[str, Any]) -> None:
        at, person = instant(message["timestamp"]), message["from"]
        for item in message.get("order", {}).get("product_items", ()):
            if item["currency"] not in DECIMALS:
                raise Refused("invalid_currency")
            shop.minor(item["item_price"], item["currency"])
        if referral := message.get("referral"):
            kind = {"ad": "ad_referral", "post": "organic_post"}[referral["source_type"]]
            shop.touches.add((person, kind, referral["source_id"], "", at))
        if asked := message.get("context", {}).get("referred_product"):
            shop.touches.add((person, "product_enquiry", "", asked["product_retailer_id"], at))
        if message["type"] == "sticker":
            shop.touches.add((person, "app_share", "", "", at))

    # Shop systems and ad accounts

    def _woocommerce(self, headers: dict[str, str], document: Any) -> None:
        if document == PING:
            raise Refused("test_traffic")
        shop = self.shops["woocommerce", headers["x-wc-webhook-source"].split("/")[2]]
        (read_refund if headers["x-wc-webhook-topic"] == "order.refunded" else read_order)(shop, document)

    def _insights_row(self, headers: dict[str, str], row: dict[str, Any]) -> None:
        shop = self.shops["meta_insights", row["account_id"]]
        assert row["date_start"] == row["date_stop"]
        told = (parsedate_to_datetime(headers["date"]).timestamp(), shop.minor(row.get("spend", 0), row["account_currency"]))
        key = (row["ad_id"], row["date_start"])
        shop.ad_days[key] = max(told, shop.ad_days.get(key, told))

    # Totals

    def expected(self) -> dict[str, Any]:
        """`expected` as in truth.json, rows sorted, zero rows left out."""
        shops = {shop.id: shop for shop in self.shops.values()}
        touches = [(shop.id, day, n) for shop in shops.values() for day, n in counted_touches(shop).items()]
        spend = [(shop.id, day, n) for shop in shops.values() for day, n in world_totals.spend_by_day(shop).items() if n]
        for shop in shops.values():
            world_totals.merge_names(shop)
        days = [row for shop in shops.values() for row in world_totals.order_days(shop)]
        updates = [row for shop in shops.values() for row in world_totals.update_days(shop)]
        return {
            "shop_days": sorted(days, key=lambda row: (row["shop_id"], row["day_on"])),
            "touches": [{"shop_id": shop, "day_on": day, "touches": n} for shop, day, n in sorted(touches)],
            "ad_spend": [{"shop_id": shop, "day_on": day, "ad_spend_minor": n} for shop, day, n in sorted(spend)],
            "order_updates": sorted(updates, key=lambda row: (row["shop_id"], row["day_on"], row["stage"])),
            **self.own.expected(),
            "quarantine": dict(self.quarantine),
        }
