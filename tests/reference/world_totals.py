"""What a recount of a simulated world adds up, shop by shop: orders, refunds, touches and ad spend by local day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

DECIMALS = {"EUR": 2, "USD": 2, "CHF": 2, "JPY": 0, "KWD": 3}
CLICKS = {"ad_referral", "ad_click", "link_referral", "organic_post", "store_qr", "store_scan", "store_checkin"}
EARLIEST, LATEST = datetime(2004, 1, 1).timestamp(), datetime(2100, 1, 1).timestamp()


class Refused(Exception):
    """A record that must be quarantined, with its code."""


def instant(told: Any) -> int:
    """Epoch milliseconds of seconds or milliseconds, as number or text."""
    try:
        value = int(told)
    except ValueError:
        raise Refused("invalid_timestamp") from None
    ms = value if value >= 10**12 else value * 1000
    if not EARLIEST <= ms / 1000 < LATEST:
        raise Refused("invalid_timestamp")
    return ms


def iso_ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1000


@dataclass
class ToldOrder:
    states: list[int] = field(default_factory=list)  # epoch ms
    tellings: list[tuple[int, int, tuple[int, int, int, int]]] = field(default_factory=list)  # (rank, told ms, amounts)
    is_cancelled: bool = False
    parcels: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # shipping, delivery -> epoch ms
    updates: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # stage -> epoch ms of what tells it

    def parcel(self, document: dict[str, Any]) -> None:
        left = iso_ms(document["created_at"])
        self.states.append(left)
        self.parcels["shipping"].append(left)
        if document["shipment_status"] == "delivered":
            self.parcels["delivery"].append(iso_ms(document["updated_at"]))


@dataclass
class Shop:
    id: str
    currency: str
    zone: ZoneInfo
    orders: dict[str, ToldOrder] = field(default_factory=lambda: defaultdict(ToldOrder))
    number_of: dict[str, str] = field(default_factory=dict)  # Shopify id -> order number
    refunds: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)  # (refund, line) -> (Shopify id, goods and discrepancies)
    touches: set[tuple[str, str, str, str, int]] = field(default_factory=set)  # person, kind, ad, ref or product, epoch ms
    ad_days: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)  # (ad, date) -> (told at, spend)

    def on(self, ms: int) -> str:
        return datetime.fromtimestamp(ms // 1000, self.zone).date().isoformat()

    def hear(self, payload: str | None, at: int) -> None:
        """A message of the business; some name their order and its stage."""
        if payload and payload.startswith("order:"):
            _, number, stage = payload.split(":")
            self.orders[number.casefold()].updates[stage].append(at)

    def minor(self, told: Any, currency: str | None = None) -> int:
        try:
            value = Decimal(str(told)) * 10 ** DECIMALS[currency or self.currency]
        except InvalidOperation:
            raise Refused("invalid_money") from None
        except KeyError:
            raise Refused("invalid_currency") from None
        assert value == int(value), f"{told} is finer than its currency"
        return int(value)


def click_of(referral: dict[str, Any]) -> tuple[str, str, str]:
    """(kind, ad id, ref or product)."""
    if referral.get("source") == "ADS":
        return "ad_referral", referral["ad_id"], referral.get("ref", "")
    if "product" in referral:
        return "product_enquiry", "", referral["product"]["id"]
    return ("store_qr" if referral["ref"].startswith("qr_") else "link_referral"), "", referral["ref"]


def counted_touches(shop: Shop) -> Counter[str]:
    """Touches by day; a click told again within ten minutes is the same click."""
    days: Counter[str] = Counter()
    last: dict[tuple[str, str, str, str], int] = {}
    for person, kind, ad, subject, at in sorted(shop.touches, key=lambda touch: touch[4]):
        same = (person, kind, ad, subject)
        if kind not in CLICKS or at - last.get(same, 0) > 600_000:
            days[shop.on(at)] += 1
        last[same] = at
    return days


def spend_by_day(shop: Shop) -> Counter[str]:
    days: Counter[str] = Counter()
    for (_, on), (_, spend) in shop.ad_days.items():
        days[on] += spend
    return days


def merge_names(shop: Shop) -> None:
    """Parcels name their order by Shopify's id."""
    for name in [name for name in shop.orders if name.startswith("shopify:")]:
        told, order = shop.orders.pop(name), shop.orders[shop.number_of[name.removeprefix("shopify:")]]
        order.states += told.states
        order.parcels.update(told.parcels)


def update_days(shop: Shop) -> Iterator[dict[str, Any]]:
    """Orders by the day on which they reached a stage, and of these those told of it within 48 hours."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for order in shop.orders.values():
        for stage, reached in {"confirmation": order.states, **order.parcels}.items():
            due = min(reached)
            cell = counts[shop.on(due), stage]
            cell[0] += 1
            cell[1] += any(0 <= at // 1000 - due // 1000 <= 172_800 for at in order.updates[stage])
    for (on, stage), (due, sent) in counts.items():
        yield {"shop_id": shop.id, "day_on": on, "stage": stage, "due": due, "sent": sent}


def order_days(shop: Shop) -> Iterator[dict[str, Any]]:
    refunded: Counter[str] = Counter()
    for order_id, value in shop.refunds.values():
        refunded[shop.number_of[order_id]] += value
    totals: dict[str, list[int]] = defaultdict(lambda: [0] * 7)
    for number, order in shop.orders.items():
        rank = min(told[0] for told in order.tellings)
        gross, discount, tax, shipping = max(told[1:] for told in order.tellings if told[0] == rank)[1]
        refund = gross - discount if order.is_cancelled else refunded[number]
        row = totals[shop.on(min(order.states))]
        for index, value in enumerate((1, gross, discount, refund, gross - discount - refund, tax, shipping)):
            row[index] += value
    names = ("orders", "gross_minor", "discount_minor", "refund_minor", "net_minor", "tax_minor", "shipping_minor")
    for on, row in totals.items():
        yield {"shop_id": shop.id, "day_on": on, "currency": shop.currency, **dict(zip(names, row, strict=True))}
