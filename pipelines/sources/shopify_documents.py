"""The parts of Shopify's documents that are read: webhook bodies and Admin REST resources (snake_case, money as strings).

Shapes: https://shopify.dev/docs/api/admin-rest/latest/resources/order. Money in the top-level fields is in the shop's
currency; `*_set.presentment_money`, what the customer saw, is left alone. Unknown fields are passed over.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta, Struct

Id = int | str
Amount = Decimal | None
Quantity = Annotated[int, Meta(ge=-(10**9), le=10**9)]


class Part(Struct, gc=False):
    """A part of a document: a tree, so the garbage collector need not look for cycles in it."""


class Money(Part):
    currency_code: str | None = None


class MoneySet(Part):
    shop_money: Money | None = None


class TaxLine(Part):
    price: Amount = None
    rate: Amount = None


class DiscountAllocation(Part):
    amount: Decimal


class LineItem(Part):
    """`price` is that of one unit, before discount; `gift_card` lines are a liability, not revenue."""

    quantity: Quantity
    id: Id | None = None
    sku: Id | None = None  # the shop's own code, by which catalogues and messengers name the product too (retailer id)
    product_id: Id | None = None
    title: str | None = None
    product_type: Any = None  # of carts and apps' exports: an order's lines tell none
    price: Amount = None
    price_set: MoneySet | None = None
    total_discount: Amount = None
    discount_allocations: list[DiscountAllocation] | None = None
    tax_lines: list[TaxLine] | None = None
    gift_card: bool | None = None


class ShippingLine(Part):
    price: Amount = None
    discounted_price: Amount = None
    discount_allocations: list[DiscountAllocation] | None = None
    tax_lines: list[TaxLine] | None = None


class RefundLineItem(Part):
    """`subtotal` is after discount; it includes tax where the order's prices do."""

    quantity: Quantity
    line_item_id: Id
    line_item: LineItem | None = None
    subtotal: Amount = None
    total_tax: Amount = None


class OrderAdjustment(Part):
    """`amount` is negative for money given to the customer."""

    id: Id
    kind: str
    amount: Decimal
    tax_amount: Amount = None


class Transaction(Part):
    currency: str | None = None


class Refund(Part):
    id: Id
    created_at: datetime
    order_id: Id | None = None
    refund_line_items: list[RefundLineItem] | None = None
    order_adjustments: list[OrderAdjustment] | None = None
    transactions: list[Transaction] | None = None


class Fulfillment(Part):
    order_id: Id | None = None
    status: str | None = None
    shipment_status: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class FulfillmentEvent(Part):
    order_id: Id
    status: str
    happened_at: datetime | None = None
    created_at: datetime | None = None


class Customer(Part):
    id: Id | None = None
    email: str | None = None
    phone: str | None = None


class Address(Part):
    phone: str | None = None


class NoteAttribute(Part):
    name: str | None = None
    value: str | int | float | bool | None = None


class Order(Part):
    """An order; a checkout and a cart are the same with less in it (a cart's `id` is its token)."""

    id: Id
    line_items: list[LineItem] | None = None
    name: str | None = None
    order_number: Id | None = None
    token: str | None = None
    checkout_token: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    cancelled_at: datetime | None = None
    currency: str | None = None
    taxes_included: bool | None = None
    total_line_items_price: Amount = None
    total_tax: Amount = None
    total_discounts: Amount = None
    shipping_lines: list[ShippingLine] | None = None
    financial_status: str | None = None
    payment_gateway_names: Any = None  # a list, in tables as text
    gateway: Any = None  # before there could be several
    test: bool | None = None
    customer: Customer | None = None
    email: str | None = None
    phone: str | None = None
    billing_address: Address | None = None
    note_attributes: list[NoteAttribute] | None = None
    fulfillments: list[Fulfillment] | None = None
    refunds: list[Refund] | None = None
