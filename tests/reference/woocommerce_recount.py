"""WooCommerce's documents of a simulated world, recounted plainly."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.reference.world_sales import method_code
from tests.reference.world_totals import DECIMALS, Refused, Shop

PING = "webhook_id=7"


def read_order(shop: Shop, document: dict[str, Any]) -> None:
    """An order with all it tells; the local times must be those of the twins."""
    if "id" not in document:
        raise Refused("missing_field")
    if document["currency"] not in DECIMALS:
        raise Refused("invalid_currency")
    number = document["number"].casefold()
    shop.number_of[str(document["id"])] = number
    order = shop.orders[number]
    created, modified = _utc_ms(document["date_created_gmt"]), _utc_ms(document["date_modified_gmt"])
    local = datetime.fromtimestamp(created // 1000, shop.zone).replace(tzinfo=None).isoformat()
    assert document["date_created"] == local
    order.states.append(created)
    gross = sum(shop.minor(line["subtotal"]) for line in document["line_items"])
    discount = gross - sum(shop.minor(line["total"]) for line in document["line_items"])
    tax, shipping = shop.minor(document["total_tax"]), shop.minor(document["shipping_total"])
    assert shop.minor(document["total"]) == gross - discount + tax + shipping
    order.tellings.append((1, modified, (gross, discount, tax, shipping)))
    order.payments.append((1, modified, method_code(document["payment_method"])))
    order.lines.append((1, modified, [(line["sku"], line["quantity"], shop.minor(line["subtotal"])) for line in document["line_items"]]))
    if document["status"] == "completed":
        order.states.append(_utc_ms(document["date_completed_gmt"]))
        order.parcels["shipping"].append(_utc_ms(document["date_completed_gmt"]))
    if document["status"] == "cancelled":
        order.cancelled.append(modified)


def read_refund(shop: Shop, document: dict[str, Any]) -> None:
    """All that was given back, without the tax and the shipping in it."""
    taxes = sum(shop.minor(line["total_tax"]) for line in document["line_items"])
    shipping = sum(shop.minor(line["total"]) for line in document["shipping_lines"])
    value, created = shop.minor(document["amount"]) + taxes + shipping, _utc_ms(document["date_created_gmt"])
    shop.refunds[str(document["id"]), ""] = (str(document["parent_id"]), value, created)


def _utc_ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000
