"""The parts of WooCommerce's documents that are read: orders and refunds of the REST API (wc/v3) and of the legacy v3 before it.

Shapes: https://woocommerce.github.io/woocommerce-rest-api-docs/#orders and
https://github.com/woocommerce/woocommerce-rest-api-docs (legacy v3). Line amounts never hold tax, whatever the shop's prices do.
A time is local to the site and names no zone; its `_gmt` twin is UTC. Legacy times are UTC.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta, Struct

Id = int | str
Amount = Decimal | None
Quantity = Annotated[int, Meta(ge=-(10**9), le=10**9)]


class Part(Struct, gc=False):
    """A part of a document: a tree, so the garbage collector need not look for cycles in it."""


class MetaData(Part):
    key: str | None = None
    value: Any = None


class LineItem(Part):
    """`subtotal` is before discount, `total` after it. The lines of a refund are negative."""

    id: Id
    quantity: Quantity = 0
    name: str | None = None
    product_id: Id | None = None
    sku: str | None = None
    subtotal: Amount = None
    total: Amount = None
    total_tax: Amount = None
    meta_data: list[MetaData] | None = None


class Charge(Part):
    """A fee (a discount where it is negative) or a shipping line."""

    id: Id
    name: str | None = None
    title: str | None = None
    total: Amount = None
    total_tax: Amount = None


class Billing(Part):
    email: str | None = None
    phone: str | None = None


class PaymentDetails(Part):
    method_id: Any = None
    method_title: Any = None
    paid: bool | None = None


class ToldRefund(Part):
    """A refund as its order tells it: one sum, negative."""

    id: Id
    total: Decimal


class Link(Part):
    href: str = ""


class Links(Part):
    self: list[Link] | None = None


class Order(Part):
    """An order of either API; legacy names stand beside today's."""

    id: Id
    status: str | None = None
    number: Id | None = None
    order_number: Id | None = None
    currency: str | None = None
    date_created: str | None = None
    date_created_gmt: str | None = None
    created_at: str | None = None
    date_modified: str | None = None
    date_modified_gmt: str | None = None
    updated_at: str | None = None
    date_paid: str | None = None
    date_paid_gmt: str | None = None
    date_completed: str | None = None
    date_completed_gmt: str | None = None
    completed_at: str | None = None
    payment_method: Any = None
    payment_method_title: Any = None
    payment_details: PaymentDetails | None = None
    customer_id: Id | None = None
    billing: Billing | None = None
    billing_address: Billing | None = None
    line_items: list[LineItem] | None = None
    fee_lines: list[Charge] | None = None
    shipping_total: Amount = None
    total_shipping: Amount = None
    total_tax: Amount = None
    refunds: list[ToldRefund] | None = None
    meta_data: list[MetaData] | None = None


class Refund(Part, rename={"links": "_links"}):
    """A refund by itself: `amount` is positive, its lines negative. Its order is told as parent, or in its address alone."""

    id: Id
    amount: Decimal
    parent_id: Id | None = None
    date_created: str | None = None
    date_created_gmt: str | None = None
    created_at: str | None = None
    line_items: list[LineItem] | None = None
    shipping_lines: list[Charge] | None = None
    fee_lines: list[Charge] | None = None
    links: Links | None = None


class Page(Part, rename={"links": "_links"}):
    """Where a document says which site it is of."""

    links: Links | None = None
    view_order_url: str | None = None
