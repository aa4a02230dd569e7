"""Reports told plainly, from the orders and rows of one shop."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pipelines.sources.rows import AdSpend, MessageEvent, Row, Touch
from tests.reference.orders import LoneRefund, Order
from tests.reference.touches import MERGED, replies
from tests.reference.warehouses import row_id

MODELS = ("first_touch", "last_touch", "linear")
PPB = 1_000_000_000
WINDOW_S, MERGE_S, FREE_ENTRY_S, SILENCE_S = 604_800, 600, 345_600, 86_400
SPOKEN = {
    *("text", "image", "video", "audio", "file", "sticker", "like", "location", "contacts", "share", "template", "receipt"),
    *("product_share", "product_enquiry", "story_reply", "story_mention", "reel", "post", "quick_reply", "postback", "cart"),
    *("coupon", "interactive", "unsupported"),
}


def half_away(numerator: int, denominator: int) -> int:
    """The quotient, rounded half away from zero."""
    return int((Decimal(numerator) / Decimal(denominator)).quantize(Decimal(1), ROUND_HALF_UP))


def shop_spend_daily(orders: dict[str, Order], lone: list[LoneRefund]) -> dict[tuple[int, str], dict[str, Any]]:
    """(day, currency) -> the columns of the report."""
    days = {(order.ordered_day, order.currency) for order in orders.values()} | {(each.day, each.currency) for each in lone}
    report = {}
    for day, currency in days:
        these = [order for order in orders.values() if (order.ordered_day, order.currency) == (day, currency)]
        buyers = {order.buyer for order in these if order.buyer}
        new = {order.buyer for order in these if order.buyer and order.is_new}
        gross, discount = sum(order.gross for order in these), sum(order.discount for order in these)
        refund = sum(order.refund for order in these) + sum(each.refund for each in lone if (each.day, each.currency) == (day, currency))
        report[day, currency] = {
            "orders": len(these),
            "buyers": len(buyers),
            "new_buyers": len(new),
            "returning_buyers": len(buyers - new),
            "gross_minor": gross,
            "discount_minor": discount,
            "refund_minor": refund,
            "net_minor": gross - discount - refund,
            "tax_minor": sum(order.tax for order in these),
            "shipping_minor": sum(order.shipping for order in these),
            "aov_minor": half_away(gross - discount, len(these)) if these else None,
        }
    return report


def merged_touches(rows: list[Row]) -> list[Touch]:
    """Touches, each told once: a click that follows its like within 600 seconds is the same click. A free entry point is the
    same for four days, and is none within four days after a known ad."""
    told: dict[tuple[str, str], Touch] = {}
    for row in rows:
        if isinstance(row, Touch):
            key = (row.person_key or "", row.touch_key)
            told[key] = min(sorted((told.get(key, row), row), key=row_id, reverse=True), key=lambda each: each.occurred_ms)
    kept, last, last_ad = [], {}, {}
    for touch in told.values():
        if touch.kind in ("ad_referral", "ad_click"):
            last_ad.setdefault(touch.person_key, []).append(touch.occurred_ms // 1000)
    for touch in sorted(told.values(), key=lambda each: (each.occurred_ms, each.touch_key)):
        kind = "ad_referral" if touch.kind == "ad_click" else touch.kind
        like = (touch.person_key, kind, touch.ad_id or touch.ref)
        second = touch.occurred_ms // 1000
        is_free_entry = touch.kind == "free_entry_point"
        merge_s = FREE_ENTRY_S if is_free_entry else MERGE_S
        is_known = is_free_entry and any(0 <= second - ad <= FREE_ENTRY_S for ad in last_ad.get(touch.person_key, ()))
        if touch.kind not in MERGED or not touch.person_key or (not is_known and (like not in last or second - last[like] > merge_s)):
            kept.append(touch)
        last[like] = second
    kept += replies(rows, messages(rows), SPOKEN)
    return sorted(kept, key=lambda each: (each.occurred_ms, each.touch_key))


def ad_spends(rows: list[Row]) -> list[AdSpend]:
    """The last telling of each ad and day."""
    told: dict[tuple[str, str, int], AdSpend] = {}
    for row in rows:
        if isinstance(row, AdSpend):
            key = (row.account_id, row.ad_id, row.occurred_day)
            told[key] = max(told.get(key, row), row, key=_told_later)
    return list(told.values())


def _told_later(row: AdSpend) -> tuple[Any, ...]:
    return (-1 if row.told_ms is None else row.told_ms, row.impressions, row.clicks, row.ad_spend_minor, row_id(row))


def messages(rows: list[Row]) -> list[MessageEvent]:
    """Messages and other events of threads, each told once."""
    told: dict[tuple[str, ...], MessageEvent] = {}
    for row in rows:
        if isinstance(row, MessageEvent) and row.person_key:
            key = (row.person_key, row.source, row.message_key, row.kind)
            told[key] = max(told.get(key, row), row, key=lambda r: (not r.is_standby, -r.occurred_ms, row_id(r)))
    return sorted(told.values(), key=lambda r: (r.occurred_ms, r.source, r.message_key, r.kind))


def reorders(rows: list[Row]) -> dict[tuple[str, str], int]:
    """(person, order) -> second of the Like that confirmed it."""
    confirmed: dict[tuple[str, str], int] = {}
    before: dict[str, MessageEvent] = {}
    for message in messages(rows):
        if message.kind not in SPOKEN or message.person_key is None:
            continue
        last = before.get(message.person_key)
        if message.kind == "like" and message.direction == "in" and last and last.direction == "out" and last.offers_reorder:
            confirmed.setdefault((message.person_key, str(last.order_ref)), message.occurred_ms // 1000)
        before[message.person_key] = message
    return confirmed
