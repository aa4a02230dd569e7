"""Orders of an Instagram Shop, as the shop polls them: an order is told again whenever something happened to it."""

from __future__ import annotations

from typing import Any

from pipelines.simulate.clock import http_date, utc_iso
from pipelines.simulate.moneytext import amount
from pipelines.simulate.orders import Line, Order
from pipelines.simulate.scene import Scene
from pipelines.simulate.thread import encode
from pipelines.simulate.world import Shop

SOURCE = "meta_commerce"
_CHANGES = {"orders/create", "orders/updated", "orders/fulfilled", "orders/cancelled"}


def deliver(scene: Scene, topic: str, at_ms: int, document: dict[str, Any]) -> bool:
    """A page with one order, if it still happens; refunds and parcels stand in their order."""
    if topic not in _CHANGES or not scene.happens(at_ms):
        return False
    scene.deliver(SOURCE, scene.arrival(SOURCE, at_ms), envelope(scene.shop, topic, at_ms, document), is_line=True)
    return True


def envelope(shop: Shop, topic: str, at_ms: int, document: dict[str, Any]) -> bytes:
    headers = {"x-threadmart-asset": shop.commerce_account_id, "date": http_date(at_ms)}
    return encode({"headers": headers, "body": {"data": [document], "paging": {"cursors": {"before": "QVFI", "after": "QVFJ"}}}})


def order_document(shop: Shop, order: Order) -> dict[str, Any]:
    """The order as it is now."""
    amounts = order.amounts
    cancelled = [{"id": f"{order.id}9", "cancel_reason": {"reason_code": "CUSTOMER_REQUESTED"}, "created": _time(order.cancelled_ms)}]
    return {
        "id": str(order.id),
        "order_status": {"state": "COMPLETED" if order.fulfillment_status else "CREATED"},
        "created": _time(order.created_ms),
        "last_updated": _time(order.updated_ms),
        "merchant_order_id": order.number,
        "channel": "instagram",
        "items": {
            "data": [
                {
                    "id": str(line.id),
                    "product_id": str(line.product.id),
                    "retailer_id": line.product.catalog_id,
                    "quantity": line.quantity,
                    "price_per_unit": _money(shop, line.product.price_minor),
                }
                for line in order.lines
            ]
        },
        "estimated_payment_details": {
            "subtotal": {"items": _money(shop, amounts.subtotal), "shipping": _money(shop, amounts.shipping)},
            "tax": _money(shop, amounts.tax),
            "total_amount": _money(shop, amounts.total),
        },
        "buyer_details": {"name": "A buyer", "email": f"{order.token[:12]}@marketplace.example"},
        "refunds": {"data": order.refunds},
        "cancellations": {"data": cancelled if order.cancelled_ms else []},
    }


def refund_document(
    shop: Shop, order: Order, at_ms: int, goods: list[tuple[Line, int, int, int]], shipping: int, discrepancy: int
) -> dict[str, Any]:
    """A refund; its tax is below zero, as in Meta's own sample."""
    subtotal, tax = sum(value for _, _, value, _ in goods) + discrepancy, sum(tax for *_, tax in goods)
    return {
        "id": str(shop.names.number("refund", 930_000_000_000)),
        "created": _time(at_ms),
        "refund_amount": {
            "subtotal": _money(shop, subtotal),
            "shipping": _money(shop, shipping),
            "tax": _money(shop, -tax),
            "total": _money(shop, subtotal + shipping + tax),
        },
    }


def _money(shop: Shop, minor: int) -> dict[str, str]:
    return {"amount": amount(minor, shop.currency), "currency": shop.currency}


def _time(at_ms: int | None) -> str:
    return utc_iso(at_ms or 0).replace("Z", "+00:00")
