"""Recounts what a simulated world tells in Threadmart's own formats (docs/formats.md), as plainly as tests/reference/world_recount.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.reference.world_totals import Shop

EVENTS = {
    ("ad_log", "impression"): ("ad_impressions", "ad_impression"),
    ("ad_log", "click"): ("ad_clicks", "ad_click"),
    ("store_visit", "scan"): ("store_scans", "store_scan"),
    ("store_visit", "checkin"): ("store_checkins", "store_checkin"),
    ("consent", "granted"): ("consents_granted", ""),
    ("consent", "withdrawn"): ("consents_withdrawn", ""),
    ("app_share", "gif"): ("", "app_share"),
    ("app_share", "clip"): ("", "app_share"),
    ("app_share", "sticker"): ("", "app_share"),
}
NAMES = sorted({event for event, _ in EVENTS.values() if event})
STORE = ("receipts", "gross_minor", "discount_minor", "refund_minor", "net_minor", "tax_minor")


class OwnRecount:
    """What the own formats tell, each record once."""

    def __init__(self, shops: dict[tuple[str, str], Shop]) -> None:
        self._shops = shops
        self._events: set[tuple[str, str, str, str]] = set()  # shop, day, event, its own name
        self._receipts: dict[tuple[str, str, str], tuple[int, str, list[int]]] = {}  # (shop, till, number) -> told at, day, amounts
        self.rates: dict[tuple[str, str], int] = {}  # (day, currency) -> billionths

    def read(self, kind: str, sent_at: str, record: dict[str, Any]) -> None:
        """Counts one record."""
        if kind == "fx":
            self.rates[record["day"], record["currency"]] = int(Decimal(record["rate"]) * 10**9)
            return
        shop = self._shops[kind, record["asset"]]
        if kind == "store_sale":
            self._receipt(shop, sent_at, record)
            return
        what = next(record[field] for field in ("event", "visit", "state", "content") if field in record)
        at = next(record[field] for field in ("occurred_at", "visited_at", "shared_at") if field in record)
        moment = datetime.fromisoformat(at)
        name = record.get("event_id") or f"{record['email_sha256']} {record['purpose']} {at}"
        event, touch = EVENTS[kind, what]
        if event:
            self._events.add((shop.id, moment.astimezone(shop.zone).date().isoformat(), event, name))
        if touch:
            shop.touches.add((name, touch, "", "", int(moment.timestamp()) * 1000))

    def _receipt(self, shop: Shop, sent_at: str, record: dict[str, Any]) -> None:
        sold = datetime.fromisoformat(record["sold_at"])
        sold = sold if sold.tzinfo else sold.replace(tzinfo=shop.zone)
        told = int(datetime.fromisoformat(record.get("told_at") or sent_at).timestamp())
        gross, discount, tax = (shop.minor(record[field]) for field in ("gross", "discount", "tax"))
        amounts = [1, gross, discount, 0, gross - discount, tax] if gross >= 0 else [1, 0, 0, discount - gross, gross - discount, tax]
        key = (shop.id, record["asset"], record["receipt"])
        told_now = (told, sold.astimezone(shop.zone).date().isoformat(), amounts)
        self._receipts[key] = max(told_now, self._receipts.get(key, told_now), key=lambda telling: telling[0])

    def expected(self) -> dict[str, list[dict[str, Any]]]:
        """The parts of truth.json that the own formats fill."""
        counts = Counter((shop, day, event) for shop, day, event, _ in self._events)
        days = sorted({(shop, day) for shop, day, _ in counts})
        return {
            "store_days": list(self._store_days()),
            "own_events": [{"shop_id": shop, "day_on": day} | {name: counts[shop, day, name] for name in NAMES} for shop, day in days],
            "fx_rates": [
                {"shop_id": shop.id, "day_on": day, "rate_e9": rate}
                for (day, currency), rate in self.rates.items()
                for shop in {shop.id: shop for shop in self._shops.values()}.values()
                if shop.currency == currency
            ],
        }

    def _store_days(self) -> Iterator[dict[str, Any]]:
        totals: dict[tuple[str, str], list[int]] = {}
        for (shop, _, _), (_, day, amounts) in self._receipts.items():
            before = totals.get((shop, day), [0] * len(STORE))
            totals[shop, day] = [one + other for one, other in zip(before, amounts, strict=True)]
        for (shop, day), row in totals.items():
            yield {"shop_id": shop, "day_on": day, **dict(zip(STORE, row, strict=True))}
