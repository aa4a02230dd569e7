"""Meta's commerce orders of a simulated world, recounted plainly."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.reference.world_totals import Shop


def read_order(shop: Shop, document: dict[str, Any]) -> None:
    """An order with its refunds, whose parts are signed as they come."""
    number = document["merchant_order_id"].casefold()
    shop.number_of[document["id"]] = number
    order = shop.orders[number]
    order.states.append(_ms(document["created"]))
    gross = sum(shop.minor(item["price_per_unit"]["amount"]) * item["quantity"] for item in document["items"]["data"])
    told = document["estimated_payment_details"]
    subtotal, shipping = (shop.minor(told["subtotal"][name]["amount"]) for name in ("items", "shipping"))
    tax = shop.minor(told["tax"]["amount"])
    assert shop.minor(told["total_amount"]["amount"]) == subtotal + shipping + tax
    order.tellings.append((2, _ms(document["last_updated"]), (gross, gross - subtotal, tax, shipping)))
    items = [
        (item["retailer_id"], item["quantity"], shop.minor(item["price_per_unit"]["amount"]) * item["quantity"])
        for item in document["items"]["data"]
    ]
    order.lines.append((2, _ms(document["last_updated"]), items))
    if document["order_status"]["state"] == "COMPLETED":
        order.parcels["shipping"].append(_ms(document["last_updated"]))
    order.cancelled += (_ms(cancellation["created"]) for cancellation in document["cancellations"]["data"])
    for refund in document["refunds"]["data"]:
        shop.refunds[refund["id"], ""] = (document["id"], shop.minor(refund["refund_amount"]["subtotal"]["amount"]), _ms(refund["created"]))


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1000
