"""A world's sales by payment and category, and what was given back by the day it was: recounted plainly."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.reference.world_totals import Shop, best

MEASURES = ("orders", "gross_minor", "discount_minor", "refund_minor", "net_minor", "tax_minor", "shipping_minor", "cash_refund_minor")


def method_code(told: str) -> str:
    return re.sub(r"[^a-z]+", "_", told.lower()).strip("_")


def category_code(told: str) -> str:
    return told.lower().replace(" ", "_")


def payment_days(shop: Shop) -> Iterator[dict[str, Any]]:
    """Orders on the day of their first state, refunds and cancellations on their own."""
    given: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for order_id, value, at in shop.refunds.values():
        given[shop.number_of[order_id]].append((at, value))
    days: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(MEASURES))
    for number, order in shop.orders.items():
        gross, discount, tax, shipping = best(order.tellings)
        payment, back = best(order.payments) if order.payments else "", sum(value for _, value in given[number])
        refund = gross - discount if order.cancelled else back
        row = days[shop.on(min(order.states)), payment]
        for index, value in enumerate((1, gross, discount, refund, gross - discount - refund, tax, shipping)):
            row[index] += value
        left = [(min(order.cancelled), refund - back)] if order.cancelled else []
        for at, value in given[number] + left:
            days[shop.on(at), payment][-1] += value
    for (on, payment), row in days.items():
        yield {"shop_id": shop.id, "day_on": on, "payment_method": payment, **dict(zip(MEASURES, row, strict=True))}


def category_days(shop: Shop) -> Iterator[dict[str, Any]]:
    days: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for order in shop.orders.values():
        for product, pieces, gross in best(order.lines):
            row = days[shop.on(min(order.states)), order.categories.get(product, "")]
            row[0] += pieces
            row[1] += gross
    for (on, category), (pieces, gross) in days.items():
        yield {"shop_id": shop.id, "day_on": on, "category": category, "quantity": pieces, "gross_minor": gross}
