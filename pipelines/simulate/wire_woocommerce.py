"""WooCommerce: webhooks that tell the whole order each time, and its refunds as the shop polls them.

No webhook tells a refund or a parcel: a refund stands in its order as one sum, and its parts in the refund itself.
"""

from __future__ import annotations

from typing import Any

import msgspec

from pipelines.simulate.clock import ShopClock, utc_iso
from pipelines.simulate.moneytext import amount, number
from pipelines.simulate.orders import Line, Order
from pipelines.simulate.scene import Scene
from pipelines.simulate.thread import encode
from pipelines.simulate.world import Shop

SOURCE = "woocommerce"
_UPDATED = "order.updated"
_TOPICS = {"orders/create": "order.created", "refunds/create": "order.refunded"} | dict.fromkeys(
    ("orders/paid", "orders/updated", "orders/fulfilled", "orders/cancelled"), _UPDATED
)


def deliver(scene: Scene, topic: str, at_ms: int, document: dict[str, Any]) -> bool:
    """Tells a document, if it still happens and WooCommerce tells such things."""
    if topic not in _TOPICS or not scene.happens(at_ms):
        return False
    line = envelope(scene.shop, topic, at_ms, msgspec.Raw(encode(document)))
    scene.deliver(SOURCE, scene.arrival(SOURCE, at_ms), line, is_line=True)
    return True


def envelope(shop: Shop, topic: str, at_ms: int, body: str | msgspec.Raw, *, is_test: bool = False) -> bytes:
    """A test is the form that a new webhook sends first."""
    told = _TOPICS[topic]
    headers = {
        "x-wc-webhook-source": f"https://{shop.domain}/",
        "x-wc-webhook-topic": told,
        "x-wc-webhook-resource": "order",
        "x-wc-webhook-event": told.partition(".")[2],
        "x-wc-webhook-id": "7",
        "x-wc-webhook-delivery-id": shop.names.token("woocommerce delivery"),
    }
    return encode({"headers": headers, "body": "webhook_id=7" if is_test else body})


def order_document(shop: Shop, order: Order) -> dict[str, Any]:
    """The order as it is now."""
    currency, amounts, customer = shop.currency, order.amounts, order.customer
    email, phone = (customer.email, f"+{customer.phone}") if customer else ("", "")
    is_paid = order.financial_status not in ("pending", "authorized")
    return {
        "id": order.id,
        "parent_id": 0,
        "number": order.number,
        "order_key": f"wc_order_{order.token[:13]}",
        "created_via": "checkout",
        "version": "9.6.0",
        "status": _status(order),
        "currency": currency,
        **_times(shop.clock, "date_created", order.created_ms),
        **_times(shop.clock, "date_modified", order.updated_ms),
        **_times(shop.clock, "date_paid", order.created_ms + 1000 if is_paid else None),
        **_times(shop.clock, "date_completed", order.shipped_ms),
        "discount_total": amount(amounts.discount, currency),
        "shipping_total": amount(amounts.shipping, currency),
        "cart_tax": amount(amounts.tax, currency),
        "total": amount(amounts.total, currency),
        "total_tax": amount(amounts.tax, currency),
        "prices_include_tax": False,
        "customer_id": customer.shopify_id if customer else 0,
        "billing": {"first_name": customer.first_name if customer else "", "email": email, "phone": phone},
        "payment_method": order.payment.method[0],
        "payment_method_title": order.payment.method[1],
        "meta_data": [{"id": index, "key": note["name"], "value": note["value"]} for index, note in enumerate(order.note_attributes, 1)],
        "line_items": [_line_item(shop, order, index) for index in range(len(order.lines))],
        "shipping_lines": [{"id": order.id + 7, "method_title": "Paket", "total": amount(amounts.shipping, currency), "total_tax": "0.00"}],
        "fee_lines": [],
        "coupon_lines": [{"id": order.id + 8, "code": "welcome"}] if amounts.discount else [],
        "refunds": [{"id": refund["id"], "reason": "", "total": f"-{refund['amount']}"} for refund in order.refunds],
    }


def _status(order: Order) -> str:
    if order.cancelled_ms:
        return "cancelled"
    if order.financial_status == "refunded":
        return "refunded"
    if order.fulfillment_status:
        return "completed"
    return {"pending": "pending", "authorized": "on-hold"}.get(order.financial_status, "processing")


def _times(clock: ShopClock, name: str, at_ms: int | None) -> dict[str, str | None]:
    """A time by the site's clock and its twin in UTC, both without zone."""
    if at_ms is None:
        return {name: None, f"{name}_gmt": None}
    return {name: clock.iso(at_ms)[:19], f"{name}_gmt": utc_iso(at_ms)[:19]}


def _line_item(shop: Shop, order: Order, index: int) -> dict[str, Any]:
    line, amounts, currency = order.lines[index], order.amounts, shop.currency
    gross, discount = amounts.line_gross[index], amounts.line_discount[index]
    return {
        **_ware(line),
        "quantity": line.quantity,
        "subtotal": amount(gross, currency),
        "total": amount(gross - discount, currency),
        "total_tax": amount(amounts.line_tax[index], currency),
        "price": number((gross - discount) // line.quantity, currency),
        "meta_data": [],
    }


def _ware(line: Line) -> dict[str, Any]:
    product = line.product
    return {
        "id": line.id,
        "name": product.title.replace("&", "&amp;"),
        "product_id": product.id,
        "variation_id": 0,
        "sku": product.catalog_id,
    }


def refund_document(
    shop: Shop, order: Order, at_ms: int, goods: list[tuple[Line, int, int, int]], shipping: int, discrepancy: int
) -> dict[str, Any]:
    """A refund: goodwill is in its sum alone, a fee that the shop kept lowers its first line."""
    currency = shop.currency
    refund_id = shop.names.number("refund", 930_000_000_000)
    kept = [min(discrepancy, 0), *[0] * (len(goods) - 1)]
    return {
        "id": refund_id,
        "parent_id": order.id,
        **_times(shop.clock, "date_created", at_ms),
        "amount": amount(sum(value + tax for _, _, value, tax in goods) + shipping + discrepancy, currency),
        "reason": "",
        "refunded_payment": True,
        "line_items": [
            {
                **_ware(line),
                "id": refund_id + 100 + index,
                "quantity": -quantity,
                "subtotal": amount(-value - fee, currency),
                "total": amount(-value - fee, currency),
                "total_tax": amount(-tax, currency),
                "meta_data": [{"id": index, "key": "_refunded_item_id", "value": str(line.id)}],
            }
            for index, ((line, quantity, value, tax), fee) in enumerate(zip(goods, kept, strict=True))
        ],
        "shipping_lines": [{"id": refund_id + 90, "total": amount(-shipping, currency), "total_tax": "0.00"}] if shipping else [],
    }
