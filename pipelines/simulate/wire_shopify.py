"""Shopify webhooks: order, refund and fulfilment documents in an envelope with the headers they came with."""

from __future__ import annotations

from typing import Any

import msgspec

from pipelines.simulate.clock import utc_iso
from pipelines.simulate.moneytext import amount, number
from pipelines.simulate.orders import Line, Order
from pipelines.simulate.people import Customer
from pipelines.simulate.scene import Scene
from pipelines.simulate.thread import encode
from pipelines.simulate.world import Shop

SOURCE = "shopify"
_API_VERSION = "2026-01"


def deliver(scene: Scene, topic: str, at_ms: int, document: dict[str, Any]) -> bool:
    """Tells a document, if it still happens; false at the world's end."""
    if not scene.happens(at_ms):
        return False
    body = encode(document)
    as_text = scene.rng.random() < 0.03  # some receivers keep the raw body as text
    line = envelope(scene.shop, topic, at_ms, body.decode() if as_text else msgspec.Raw(body))
    scene.deliver(SOURCE, scene.arrival(SOURCE, at_ms), line, is_line=True)
    return True


def envelope(shop: Shop, topic: str, at_ms: int, body: str | msgspec.Raw, *, is_test: bool = False) -> bytes:
    event = shop.names.token("shopify event")
    headers = {
        "x-shopify-topic": topic,
        "x-shopify-shop-domain": shop.domain,
        "x-shopify-event-id": f"{event[:8]}-{event[8:12]}-4{event[12:15]}-8000-{event}",
        "x-shopify-webhook-id": f"{event[8:16]}-0000-4000-8000-{event}",
        "x-shopify-triggered-at": utc_iso(at_ms),
        "x-shopify-api-version": _API_VERSION,
        "x-shopify-test": "true" if is_test else "false",
    }
    return encode({"headers": headers, "body": body})


def order_document(shop: Shop, order: Order) -> dict[str, Any]:
    """The order as it is now. `total_*` keep what was bought, `current_*` what is left of it after refunds."""
    currency, amounts, clock = shop.currency, order.amounts, shop.clock
    created, updated = clock.iso(order.created_ms), clock.iso(order.updated_ms)
    customer = order.customer
    discount, subtotal = amount(amounts.discount, currency), amount(amounts.subtotal, currency)
    given_back = order.refunded_goods + order.refunded_tax + order.refunded_shipping + order.refunded_discrepancy
    shipping = amount(amounts.shipping, currency)
    is_settled = order.financial_status not in ("pending", "authorized")
    return {
        "id": order.id,
        "admin_graphql_api_id": f"gid://shopify/Order/{order.id}",
        "app_id": 580111,
        "buyer_accepts_marketing": False,
        "cancel_reason": "customer" if order.cancelled_ms else None,
        "cancelled_at": clock.iso(order.cancelled_ms) if order.cancelled_ms else None,
        "checkout_token": order.token,
        "closed_at": None,
        "confirmed": True,
        "contact_email": customer.email if customer else None,
        "created_at": created,
        "currency": currency,
        "current_subtotal_price": amount(amounts.subtotal - order.refunded_goods, currency),
        "current_total_discounts": discount,
        "current_total_price": amount(amounts.total - given_back, currency),
        "current_total_tax": amount(amounts.tax - order.refunded_tax, currency),
        "discount_codes": [{"code": "WELCOME", "amount": discount, "type": "percentage"}] if amounts.discount else [],
        "email": customer.email if customer else "",
        "financial_status": order.financial_status,
        "fulfillment_status": order.fulfillment_status,
        "landing_site": "/",
        "name": f"#{order.number}",
        "note": None,
        "note_attributes": order.note_attributes,
        "number": order.counter - 1000,
        "order_number": order.counter,
        "payment_gateway_names": list(order.payment.gateways),
        "phone": f"+{customer.phone}" if customer else None,
        "presentment_currency": currency,
        "processed_at": created,
        "referring_site": None,
        "source_name": "web",
        "subtotal_price": subtotal,
        "tax_lines": _tax_lines(shop, amounts.tax),
        "taxes_included": False,
        "test": False,
        "token": order.token,
        "total_discounts": discount,
        "total_line_items_price": amount(amounts.gross, currency),
        "total_outstanding": amount(0 if is_settled else amounts.total, currency),
        "total_price": amount(amounts.total, currency),
        "total_shipping_price_set": {"shop_money": {"amount": shipping, "currency_code": currency}},
        "total_tax": amount(amounts.tax, currency),
        "updated_at": updated,
        "customer": _customer(customer) if customer else None,
        "fulfillments": order.fulfillments,
        "line_items": [_line_item(shop, order, index) for index in range(len(order.lines))],
        "refunds": order.refunds,
        "shipping_lines": [{"id": order.id + 7, "code": "Standard", "price": shipping, "title": "Standard", "tax_lines": []}],
    }


def _customer(customer: Customer) -> dict[str, Any]:
    return {
        "id": customer.shopify_id,
        "email": customer.email,
        "phone": f"+{customer.phone}",
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "state": "disabled",
        "verified_email": True,
        "tags": "",
    }


def _line_item(shop: Shop, order: Order, index: int) -> dict[str, Any]:
    line, amounts, currency = order.lines[index], order.amounts, shop.currency
    discount = amounts.line_discount[index]
    return {
        **_ware(line, shop),
        "current_quantity": line.quantity - order.refunded_quantity.get(line.id, 0),
        "fulfillment_status": order.fulfillment_status,
        "gift_card": False,
        "total_discount": "0.00",
        "discount_allocations": [{"amount": amount(discount, currency), "discount_application_index": 0}] if discount else [],
        "tax_lines": _tax_lines(shop, amounts.line_tax[index]),
    }


def _tax_lines(shop: Shop, tax: int) -> list[dict[str, Any]]:
    return [{"price": amount(tax, shop.currency), "rate": shop.template.tax_permille / 1000, "title": "VAT"}] if tax else []


def _ware(line: Line, shop: Shop) -> dict[str, Any]:
    product = line.product
    return {
        "id": line.id,
        "product_id": product.id,
        "variant_id": product.variant_id,
        "sku": product.catalog_id,
        "title": product.title,
        "name": product.title,
        "vendor": shop.name,
        "quantity": line.quantity,
        "price": amount(product.price_minor, shop.currency),
        "properties": [],
        "requires_shipping": True,
        "taxable": True,
    }


def fulfillment_document(shop: Shop, order: Order, fulfillment_id: int, made_ms: int, told_ms: int, shipment: str | None) -> dict[str, Any]:
    """A parcel: created when it leaves, updated when it arrives. It names its order by id alone."""
    tracking = f"JJD{fulfillment_id % 10**14:018d}"
    return {
        "id": fulfillment_id,
        "order_id": order.id,
        "status": "success",
        "created_at": shop.clock.iso(made_ms),
        "service": "manual",
        "updated_at": shop.clock.iso(told_ms),
        "tracking_company": "DHL Express",
        "shipment_status": shipment,
        "location_id": 65_000_000_000 + shop.index,
        "tracking_number": tracking,
        "tracking_numbers": [tracking],
        "tracking_url": f"https://www.dhl.com/track?id={tracking}",
        "name": f"#{order.number}.1",
        "line_items": [_ware(line, shop) for line in order.lines],
    }


def refund_document(
    shop: Shop, order: Order, at_ms: int, goods: list[tuple[Line, int, int, int]], shipping: int, discrepancy: int
) -> dict[str, Any]:
    """A refund of goods (line, quantity, value after discount, tax) and adjustments, which Shopify signs from the shop's side."""
    currency = shop.currency
    refund_id = shop.names.number("refund", 930_000_000_000)
    total = sum(value + tax for _, _, value, tax in goods) + shipping + discrepancy
    adjustments = [
        {
            "id": refund_id + offset,
            "order_id": order.id,
            "refund_id": refund_id,
            "amount": amount(-value, currency),
            "tax_amount": amount(0, currency),
            "kind": kind,
            "reason": kind.replace("_", " ").capitalize(),
        }
        for offset, (kind, value) in enumerate((("shipping_refund", shipping), ("refund_discrepancy", discrepancy)), 1)
        if value
    ]
    return {
        "id": refund_id,
        "order_id": order.id,
        "created_at": shop.clock.iso(at_ms),
        "processed_at": shop.clock.iso(at_ms),
        "note": None,
        "restock": True,
        "refund_line_items": [
            {
                "id": refund_id + 100 + index,
                "line_item_id": line.id,
                "quantity": quantity,
                "restock_type": "return",
                "subtotal": number(value, currency),
                "total_tax": number(tax, currency),
                "line_item": _ware(line, shop),
            }
            for index, (line, quantity, value, tax) in enumerate(goods)
        ],
        "transactions": [
            {
                "id": refund_id + 500,
                "order_id": order.id,
                "amount": amount(total, currency),
                "currency": currency,
                "kind": "refund",
                "gateway": order.payment.gateways[0],
                "status": "success",
                "created_at": shop.clock.iso(at_ms),
                "test": False,
            }
        ],
        "order_adjustments": adjustments,
    }
