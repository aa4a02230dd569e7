"""Reports told plainly, from the orders and rows of one shop."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pipelines.sources.rows import AdSpend, MessageEvent, OrderEvent, Row, Touch
from tests.reference.orders import LoneRefund, Order
from tests.reference.touches import ACTS, MERGED, replies
from tests.reference.warehouses import row_id

MODELS = ("first_touch", "last_touch", "linear")
PPB = 1_000_000_000
WINDOW_S, FUNNEL_S, MERGE_S, FREE_ENTRY_S, SILENCE_S = 604_800, 2_419_200, 600, 345_600, 86_400
SPOKEN = {
    *("text", "image", "video", "audio", "file", "sticker", "like", "location", "contacts", "share", "template", "receipt"),
    *("product_share", "product_enquiry", "story_reply", "story_mention", "reel", "post", "quick_reply", "postback", "cart"),
    *("coupon", "interactive", "unsupported"),
}
INTERESTED = {"like", "reaction", "product_share", "product_enquiry", "share", "story_reply", "story_mention", "reel", "post"}


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


def credits(order: Order, touches: list[Touch]) -> dict[str, list[tuple[Touch | None, int]]]:
    """Model -> (touch or None for unattributed, parts per billion)."""
    path = sorted(
        (
            touch
            for touch in touches
            if touch.kind in ACTS
            and touch.person_key in order.identity
            and 0 < order.ordered_ms // 1000 - touch.occurred_ms // 1000 <= WINDOW_S
        ),
        key=lambda touch: (touch.occurred_ms // 1000, touch.touch_key),
    )
    if not path:
        return {model: [(None, PPB)] for model in MODELS}
    share = PPB // len(path)
    linear = [(touch, share) for touch in path[:-1]] + [(path[-1], PPB - share * (len(path) - 1))]
    return {"first_touch": [(path[0], PPB)], "last_touch": [(path[-1], PPB)], "linear": list(linear)}


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


def attribution_daily(rows: list[Row], orders: dict[str, Order], lone: list[LoneRefund]) -> dict[tuple[Any, ...], list[int]]:
    """(day, model, level, level_id, currency) -> [credited_ppb, gross, discount, refund, ad_spend, impressions, clicks]."""
    touches, spends = merged_touches(rows), ad_spends(rows)
    latest: dict[str, AdSpend] = {}
    for spend in sorted(spends, key=lambda each: each.occurred_day):
        latest[spend.ad_id] = spend
    report: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * 7)

    def add(day: int, model: str, channel: str, ad_id: str | None, currency: str, amounts: list[int]) -> None:
        ad = latest.get(ad_id or "")
        missing = "unattributed" if channel == "unattributed" else "unknown" if ad_id or channel == "meta_ads" else "no_ad"
        levels = {
            "channel": channel,
            "campaign": (ad and ad.campaign_id) or missing,
            "adset": (ad and ad.adset_id) or missing,
            "ad": ad_id or missing,
        }
        for level, level_id in levels.items():
            cell = report[day, model, level, level_id, currency]
            cell[:] = [old + new for old, new in zip(cell, amounts, strict=True)]

    for order in orders.values():
        for model, credited in credits(order, touches).items():
            money = [[0, 0, 0] for _ in credited]
            for line in order.lines:
                for column, amount in enumerate((line.gross, line.discount, line.refund)):
                    shares = [abs(amount) * ppb // PPB * (-1 if amount < 0 else 1) for _, ppb in credited[:-1]]
                    for index, share in enumerate([*shares, amount - sum(shares)]):
                        money[index][column] += share
            for (touch, ppb), (gross, discount, refund) in zip(credited, money, strict=True):
                channel = touch.channel if touch else "unattributed"
                add(order.ordered_day, model, channel, touch and touch.ad_id, order.currency, [ppb, gross, discount, refund, 0, 0, 0])
    for model in MODELS:
        for each in lone:
            add(each.day, model, "unattributed", None, each.currency, [0, 0, 0, each.refund, 0, 0, 0])
        for spend in spends:
            amounts = [0, 0, 0, 0, spend.ad_spend_minor, spend.impressions, spend.clicks]
            add(spend.occurred_day, model, "meta_ads", spend.ad_id, spend.currency, amounts)
    return dict(report)


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


def funnel_daily(rows: list[Row], orders: dict[str, Order]) -> dict[int, dict[str, int]]:
    """Entry day -> people per step."""
    entries: dict[str, Touch] = {}
    for touch in merged_touches(rows):
        if touch.person_key:
            entries.setdefault(touch.person_key, touch)
    report: dict[int, dict[str, int]] = {}
    for person, touch in entries.items():
        entered = touch.occurred_ms // 1000
        theirs = [each for each in messages(rows) if each.person_key == person and each.direction == "in"]
        bought = sorted(
            (order for order in orders.values() if person in order.identity and order.ordered_ms // 1000 >= entered),
            key=lambda order: (order.ordered_ms, order.key),
        )
        confirmed = [second for (who, _), second in reorders(rows).items() if who == person]
        seconds = {
            "conversed": [each.occurred_ms // 1000 for each in theirs if each.kind in SPOKEN],
            "interested": [each.occurred_ms // 1000 for each in theirs if each.kind in INTERESTED or each.app],
            "carted": [row.occurred_ms // 1000 for row in _carts(rows) if row.person_key == person],
            "ordered": [order.ordered_ms // 1000 for order in bought],
            "paid": [order.paid_s for order in bought],
            "delivered": [order.delivered_s for order in bought],
            "reordered": [order.ordered_ms // 1000 for order in bought[1:]] + confirmed,
        }
        day = report.setdefault(touch.occurred_day, {"entered": 0, **dict.fromkeys(seconds, 0)})
        day["entered"] += 1
        for step, reached in seconds.items():
            day[step] += any(second is not None and 0 <= second - entered <= FUNNEL_S for second in reached)
    return report


def _carts(rows: list[Row]) -> list[OrderEvent]:
    last: dict[str, OrderEvent] = {}
    for row in rows:
        if isinstance(row, OrderEvent) and row.state == "cart":
            last[row.order_ref] = max(last.get(row.order_ref, row), row, key=lambda r: (r.told_ms, row_id(r)))
    return list(last.values())


def product_spend_daily(orders: dict[str, Order], lone: list[LoneRefund]) -> dict[tuple[int, str, str], list[int]]:
    """(day, product, currency) -> [quantity, gross, discount, refund]."""
    report: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0] * 4)
    for order in orders.values():
        for line in order.lines:
            cell = report[order.ordered_day, line.product_id, order.currency]
            cell[:] = [old + new for old, new in zip(cell, (line.quantity, line.gross, line.discount, line.refund), strict=True)]
    for each in lone:
        report[each.day, each.product_id, each.currency][3] += each.refund
    return dict(report)
