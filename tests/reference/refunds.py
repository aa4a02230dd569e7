"""Which told refunds count for an order: the parts that one source tells, and what a total holds beside them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pipelines.sources.rows import Refund, Row
from tests.reference.warehouses import row_id

RANK = {"messenger": 3, "instagram": 3, "whatsapp": 2, "meta_commerce": 2, "shopify_pixel": 2, "ga4": 4, "conversions_api": 5}


@dataclass
class Part:
    """A part of a refund as one source last told it; `made` orders refunds in time."""

    source: str
    kind: str
    line_key: str
    currency: str
    refund: int
    product_id: str
    day: int
    made: tuple[int, str, str]


def counted_refunds(rows: list[Row], names: dict[str, str]) -> dict[str, list[Part]]:
    """Order -> the parts told by the one source that counts for it. Of a total that is left which no part tells."""
    told: dict[tuple[str, str, str, str, str], list[Refund]] = defaultdict(list)
    for row in rows:
        if isinstance(row, Refund):
            order_key = names.get(row.order_ref, row.order_ref) if row.order_ref else f"refund:{row.refund_key}"
            told[order_key, row.source, row.refund_key, row.line_key, row.kind].append(row)
    last = {key: max(tellings, key=lambda row: (row.occurred_ms, row_id(row))) for key, tellings in told.items()}
    parts: dict[str, dict[str, list[Part]]] = defaultdict(lambda: defaultdict(list))
    for (order_key, source, refund_key, line_key, kind), row in last.items():
        siblings = {key: each for key, each in last.items() if key[:3] == (order_key, source, refund_key) and each.currency == row.currency}
        before = sum(each.refund_minor for key, each in siblings.items() if key[4] == "total" and key[3] <= line_key)
        untold = before - sum(each.refund_minor for key, each in siblings.items() if key[4] != "total")
        amount = min(row.refund_minor, untold) if kind == "total" else row.refund_minor
        if kind in ("goods", "discrepancy") or (kind == "total" and untold > 0):
            tellings = told[order_key, source, refund_key, line_key, kind]
            made = min(each.occurred_ms for each in tellings), refund_key, line_key
            day = min(each.occurred_day for each in tellings)
            product_id = row.product_id or row.title or ""
            parts[order_key][source].append(Part(source, kind, line_key, row.currency, amount, product_id, day, made))
    return {
        order_key: min(by_source.items(), key=lambda item: (RANK.get(item[0], 1), -sum(part.refund for part in item[1]), item[0]))[1]
        for order_key, by_source in parts.items()
    }
