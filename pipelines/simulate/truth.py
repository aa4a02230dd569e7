"""What an honest reading of the deliveries must find, added up while they are written. Bounded by shops x days."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from pipelines.simulate.clock import date_text
from pipelines.simulate.world import World

STORE_MEASURES = ("receipts", "gross_minor", "discount_minor", "refund_minor", "net_minor", "tax_minor")
OWN_EVENTS = ("ad_impressions", "ad_clicks", "store_scans", "store_checkins", "consents_granted", "consents_withdrawn")
CATEGORY_MEASURES = ("quantity", "gross_minor")
MEASURES = ("orders", "gross_minor", "discount_minor", "refund_minor", "net_minor", "tax_minor", "shipping_minor")
SALES_MEASURES = (*MEASURES, "cash_refund_minor")


@dataclass(slots=True)
class Truth:
    """Expected totals. Days are shop-local days since 1970-01-01; ad days are the ad account's dates."""

    shop_days: dict[tuple[int, int], list[int]] = field(default_factory=dict)  # (shop, day) -> MEASURES
    payment_days: dict[tuple[int, int, str], list[int]] = field(default_factory=dict)  # (shop, day, payment) -> SALES_MEASURES
    category_days: dict[tuple[int, int, str], list[int]] = field(default_factory=dict)  # (shop, day, category) -> CATEGORY_MEASURES
    touches: Counter[tuple[int, int]] = field(default_factory=Counter)
    ad_spend: Counter[tuple[int, int]] = field(default_factory=Counter)
    order_updates: dict[tuple[int, int, str], list[int]] = field(default_factory=dict)  # (shop, day, stage) -> [due, sent]
    quarantine: Counter[str] = field(default_factory=Counter)
    incremental: Counter[tuple[int, str]] = field(default_factory=Counter)
    store_days: dict[tuple[int, int], list[int]] = field(default_factory=dict)  # (shop, day) -> STORE_MEASURES
    own_days: dict[tuple[int, int], Counter[str]] = field(default_factory=dict)  # (shop, day) -> OWN_EVENTS
    rates: dict[tuple[int, str], int] = field(default_factory=dict)  # (day, currency) -> billionths for a euro

    def order(self, shop: int, day: int, payment: str, *, gross: int, discount: int, refund: int, tax: int, shipping: int) -> None:
        """An order, once its last telling is known, on the day of its first state."""
        for totals in (self.shop_days.setdefault((shop, day), [0] * len(MEASURES)), self._payment_day(shop, day, payment)):
            for index, value in enumerate((1, gross, discount, refund, gross - discount - refund, tax, shipping)):
                totals[index] += value

    def cash_refund(self, shop: int, day: int, payment: str, amount: int) -> None:
        """What was given back or cancelled on a day, however old its order."""
        self._payment_day(shop, day, payment)[-1] += amount

    def category(self, shop: int, day: int, category: str, *, quantity: int, gross: int) -> None:
        totals = self.category_days.setdefault((shop, day, category), [0] * len(CATEGORY_MEASURES))
        totals[0] += quantity
        totals[1] += gross

    def _payment_day(self, shop: int, day: int, payment: str) -> list[int]:
        return self.payment_days.setdefault((shop, day, payment), [0] * len(SALES_MEASURES))

    def touch(self, shop: int, day: int) -> None:
        self.touches[shop, day] += 1

    def update(self, shop: int, day: int, stage: str, *, is_told: bool) -> None:
        """An order that reached a stage, on the day it did."""
        counts = self.order_updates.setdefault((shop, day, stage), [0, 0])
        counts[0] += 1
        counts[1] += is_told

    def store_sale(self, shop: int, day: int, *, receipts: int, gross: int, discount: int, refund: int, tax: int) -> None:
        """What came over a till: a sale, and its return where the goods came back that day."""
        totals = self.store_days.setdefault((shop, day), [0] * len(STORE_MEASURES))
        for index, value in enumerate((receipts, gross, discount, refund, gross - discount - refund, tax)):
            totals[index] += value

    def own(self, shop: int, day: int, event: str) -> None:
        self.own_days.setdefault((shop, day), Counter())[event] += 1

    def write(self, path: Path, world: World, events: int) -> None:
        ids = {shop.index: shop.id for shop in world.shops}
        currencies = {shop.index: shop.currency for shop in world.shops}

        def days(counter: Counter[tuple[int, int]], name: str) -> list[dict[str, object]]:
            return [{"shop_id": ids[shop], "day_on": date_text(day), name: n} for (shop, day), n in sorted(counter.items()) if n]

        def parts(totals: dict[tuple[int, int, str], list[int]], name: str, measures: tuple[str, ...]) -> list[dict[str, object]]:
            return [
                {"shop_id": ids[shop], "day_on": date_text(day), name: part, **dict(zip(measures, told, strict=True))}
                for (shop, day, part), told in sorted(totals.items())
            ]

        body = {
            "seed": world.seed,
            "events": events,
            "expected": {
                "shop_days": [
                    {
                        "shop_id": ids[shop],
                        "day_on": date_text(day),
                        "currency": currencies[shop],
                        **dict(zip(MEASURES, totals, strict=True)),
                    }
                    for (shop, day), totals in sorted(self.shop_days.items())
                ],
                "payment_days": parts(self.payment_days, "payment_method", SALES_MEASURES),
                "category_days": parts(self.category_days, "category", CATEGORY_MEASURES),
                "touches": days(self.touches, "touches"),
                "ad_spend": days(self.ad_spend, "ad_spend_minor"),
                "order_updates": [
                    {"shop_id": ids[shop], "day_on": date_text(day), "stage": stage, "due": due, "sent": sent}
                    for (shop, day, stage), (due, sent) in sorted(self.order_updates.items())
                ],
                "store_days": [
                    {"shop_id": ids[shop], "day_on": date_text(day), **dict(zip(STORE_MEASURES, totals, strict=True))}
                    for (shop, day), totals in sorted(self.store_days.items())
                ],
                "own_events": [
                    {"shop_id": ids[shop], "day_on": date_text(day), **{event: counts[event] for event in OWN_EVENTS}}
                    for (shop, day), counts in sorted(self.own_days.items())
                ],
                "fx_rates": [
                    {"shop_id": shop.id, "day_on": date_text(day), "rate_e9": rate}
                    for (day, currency), rate in sorted(self.rates.items())
                    for shop in world.shops
                    if shop.currency == currency
                ],
                "quarantine": dict(sorted(self.quarantine.items())),
            },
            "causal": [
                {"shop_id": shop.id, "ad_id": ad.id, "incremental_orders": self.incremental[shop.index, ad.id]}
                for shop in world.shops
                for ad in shop.ads
            ],
        }
        path.write_bytes(msgspec.json.format(msgspec.json.encode(body), indent=1) + b"\n")
