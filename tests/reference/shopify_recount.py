"""Shopify's documents of a simulated world, recounted plainly."""

from __future__ import annotations

from typing import Any

from tests.reference.world_sales import method_code
from tests.reference.world_totals import DECIMALS, Refused, Shop, iso_ms


def read(shops: dict[tuple[str, str], Shop], headers: dict[str, str], document: dict[str, Any]) -> None:
    """A document of any topic."""
    if headers["x-shopify-test"] == "true" or document.get("test"):
        raise Refused("test_traffic")
    if "id" not in document:
        raise Refused("missing_field")
    shop = shops["shopify", headers["x-shopify-shop-domain"]]
    topic = headers["x-shopify-topic"]
    if topic.startswith("orders/"):
        read_order(shop, document)
    elif topic == "refunds/create":
        read_refund(shop, document)
    else:
        assert topic in ("fulfillments/create", "fulfillments/update")
        shop.orders[f"shopify:{document['order_id']}"].parcel(document)


def read_order(shop: Shop, document: dict[str, Any]) -> None:
    if document["currency"] not in DECIMALS:
        raise Refused("invalid_currency")
    number = document["name"].lstrip("#").casefold()
    shop.number_of[str(document["id"])] = number
    order = shop.orders[number]
    order.states.append(iso_ms(document["created_at"]))
    gross = sum(shop.minor(line["price"]) * line["quantity"] for line in document["line_items"])
    shares = [allocation["amount"] for line in document["line_items"] for allocation in line["discount_allocations"]]
    discount, tax = shop.minor(document["total_discounts"]), shop.minor(document["total_tax"])
    shipping = sum(shop.minor(line["price"]) for line in document["shipping_lines"])
    assert sum(shop.minor(share) for share in shares) == discount
    assert shop.minor(document["total_price"]) == gross - discount + tax + shipping
    updated = iso_ms(document["updated_at"])
    order.tellings.append((1, updated, (gross, discount, tax, shipping)))
    order.payments.append((1, updated, "+".join(sorted(map(method_code, document["payment_gateway_names"])))))
    lines = [(line["sku"], line["quantity"], shop.minor(line["price"]) * line["quantity"]) for line in document["line_items"]]
    order.lines.append((1, updated, lines))
    if document["cancelled_at"]:
        order.cancelled.append(iso_ms(document["cancelled_at"]))
    for refund in document["refunds"]:
        read_refund(shop, refund)


def read_refund(shop: Shop, document: dict[str, Any]) -> None:
    key, created = str(document["id"]), iso_ms(document["created_at"])
    for line in document["refund_line_items"]:
        shop.refunds[key, str(line["line_item_id"])] = (str(document["order_id"]), shop.minor(line["subtotal"]), created)
    for adjustment in document["order_adjustments"]:
        if adjustment["kind"] == "refund_discrepancy":
            shop.refunds[key, str(adjustment["id"])] = (str(document["order_id"]), -shop.minor(adjustment["amount"]), created)
