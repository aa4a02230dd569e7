"""The parts of Meta's commerce orders that are read. Ids are text of no fixed shape, amounts decimal strings ("5.5" is one)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct

Id = int | str
Quantity = Annotated[int, Meta(ge=0, le=10**9)]
Document = TypeVar("Document")


class Part(Struct, gc=False):
    """A part of a document: a tree, so the garbage collector need not look for cycles in it."""


class Amount(Part):
    amount: Decimal
    currency: str


class Listed(Struct, Generic[Document]):
    """An edge of the Graph API."""

    data: list[Document] = []


class Status(Part):
    state: str


class Item(Part):
    quantity: Quantity
    price_per_unit: Amount
    id: Id | None = None
    retailer_id: Id | None = None
    product_id: Id | None = None


class Subtotal(Part):
    items: Amount | None = None
    shipping: Amount | None = None


class Payment(Part):
    """The total of Meta's own sample is not the sum of its parts, so the parts are read."""

    subtotal: Subtotal | None = None
    tax: Amount | None = None


class RefundAmount(Part):
    """Signs differ in Meta's own samples."""

    subtotal: Amount | None = None
    shipping: Amount | None = None
    tax: Amount | None = None
    total: Amount | None = None


class Refund(Part):
    id: Id
    refund_amount: RefundAmount
    created: datetime | None = None


class CancelledItem(Part):
    quantity: Quantity = 0


class Cancellation(Part):
    """Of the order, or of the items that it names."""

    id: Id | None = None
    items: Listed[CancelledItem] | None = None
    created: datetime | None = None


class Order(Struct):
    id: Id
    order_status: Status
    created: datetime
    last_updated: datetime | None = None
    merchant_order_id: Id | None = None
    is_test_order: bool | None = None
    items: Listed[Item] | None = None
    estimated_payment_details: Payment | None = None
    refunds: Listed[Refund] | None = None
    cancellations: Listed[Cancellation] | None = None
