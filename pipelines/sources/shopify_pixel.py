"""Shopify's web pixel: what a browser tells of a checkout, a second shape of the same order.

Format: https://shopify.dev/docs/api/web-pixels-api/standard-events/checkout_completed (camelCase, amounts as numbers, ids as text).
Its rows are of the source `shopify_pixel`, whose money counts only where the shop system itself tells none.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct

from pipelines.sources.buyers import Identifier, buyer, email_identifier, phone_identifier
from pipelines.sources.codes import category, payment_methods
from pipelines.sources.currencies import currency_of
from pipelines.sources.inbox import Inbox
from pipelines.sources.instants import epoch_ms
from pipelines.sources.money import minor
from pipelines.sources.order_versions import Line, Totals, line_of_unit_price, order_version
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier, product, shopify_ref
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import Row
from pipelines.sources.shopify_documents import Id, Part, Quantity
from pipelines.sources.shopify_order import Telling, checkout_ref

SOURCE_NAME = "shopify_pixel"
_COMPLETED = "checkout_completed"


class _Camel(Part, rename="camel"):
    """Names as the browser tells them."""


class Price(_Camel):
    amount: Decimal | None = None
    currency_code: str | None = None


class Ware(_Camel):
    id: Id | None = None
    type: Any = None  # of a product


class Variant(_Camel):
    price: Price | None = None
    sku: Id | None = None
    product: Ware | None = None


class LineItem(_Camel):
    quantity: Quantity
    title: str | None = None
    variant: Variant | None = None


class ShippingLine(_Camel):
    price: Price | None = None


class Transaction(_Camel):
    gateway: Any = None


class Order(_Camel):
    id: Id | None = None
    customer: Ware | None = None


class Checkout(_Camel):
    token: str | None = None
    currency_code: str | None = None
    email: str | None = None
    phone: str | None = None
    line_items: list[LineItem] | None = None
    discounts_amount: Price | None = None
    shipping_line: ShippingLine | None = None
    total_tax: Price | None = None
    order: Order | None = None
    transactions: list[Transaction] | None = None


class Data(Struct):
    checkout: Checkout | None = None


class PixelEvent(Struct):
    name: str
    timestamp: datetime
    data: Data | None = None


def pixel_rows(event: PixelEvent, telling: Telling) -> list[Row]:
    """A completed checkout is an order, one on its way a cart; other events hold nothing to count. Raises InvalidMoney, Refusal."""
    checkout = event.data.checkout if event.data else None
    if checkout is None or not (event.name.startswith("checkout_") or event.name == "payment_info_submitted"):
        raise Refusal(Reason.UNUSED, "name")
    shop, occurred_ms = telling.shop, epoch_ms(event.timestamp, "timestamp")
    order_id = identifier(checkout.order.id) if checkout.order else None
    is_order = event.name == _COMPLETED
    if is_order and order_id:
        order_ref = shopify_ref(order_id.rpartition("/")[2])
    elif checkout.token:
        order_ref = checkout_ref(shop, checkout.token)
    else:
        raise Refusal(Reason.MISSING_FIELD, "data.checkout.token")
    currency = currency_of(checkout.currency_code or shop.settings.currency, "currencyCode")
    lines = [_line(item, telling, currency) for item in checkout.line_items or ()]
    shipping = checkout.shipping_line.price if checkout.shipping_line else None
    totals = Totals(
        currency,
        sum(line.gross_minor for line in lines),
        _minor(checkout.discounts_amount, currency),
        _minor(checkout.total_tax, currency),
        _minor(shipping, currency),
    )
    customer = identifier(checkout.order.customer.id) if checkout.order and checkout.order.customer else None
    told = (Identifier("shopify", customer) if customer else None, email_identifier(checkout.email), phone_identifier(checkout.phone))
    person_key, links = buyer(shop, SOURCE_NAME, occurred_ms, told)
    inbox = Inbox(SOURCE_NAME, telling.asset_id, shop)
    state = "created" if is_order else "cart"
    method = payment_methods(transaction.gateway for transaction in checkout.transactions or ())
    return [*order_version(inbox, state, order_ref, occurred_ms, occurred_ms, totals, lines, person_key, None, method), *links]


def _line(item: LineItem, telling: Telling, currency: str) -> Line:
    if item.variant is None or item.variant.price is None:
        raise Refusal(Reason.MISSING_FIELD, "lineItems.variant.price")
    ware = item.variant.product or Ware()
    named = product(telling.shop, item.variant.sku, ware.id)
    return line_of_unit_price(named, item.title, item.quantity, item.variant.price.amount, currency, category(ware.type))


def _minor(price: Price | None, currency: str) -> int | None:
    return None if price is None or price.amount is None else minor(price.amount, currency)
