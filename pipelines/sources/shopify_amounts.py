"""Shopify's amounts -> gross, discount, tax and shipping apart from each other, in minor units.

Where a shop's prices include tax, a line's gross and discount are told without it, so that in both kinds of shop
gross - discount + tax + shipping is what the customer pays (gift cards and tips aside).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.sources.money import line_amounts, minor, quotient
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal
from pipelines.sources.shopify_documents import DiscountAllocation, LineItem, Order, ShippingLine, TaxLine


@dataclass(slots=True)
class LineAmounts:
    """One line. `unit_price_micro` is the price as told, with tax where the shop's prices include it."""

    item: LineItem
    unit_price_micro: int
    gross_minor: int
    line_rounding_micro: int
    discount_minor: int
    tax_minor: int

    def without_tax(self) -> None:
        """Takes the line's tax out of its gross and its discount; what is left between them is what was paid, less the tax."""
        paid = self.gross_minor - self.discount_minor
        if 0 < self.tax_minor < paid:
            self.discount_minor -= quotient(self.discount_minor * self.tax_minor, paid)
            self.gross_minor = self.discount_minor + paid - self.tax_minor
            self.line_rounding_micro = 0


@dataclass(slots=True)
class OrderAmounts:
    """An order: its lines without gift cards, and its totals. `discount_minor` may exceed that of the lines."""

    lines: list[LineAmounts]
    gross_minor: int
    discount_minor: int
    tax_minor: int
    shipping_minor: int


def order_amounts(order: Order, currency: str) -> OrderAmounts:
    """The amounts of an order, a checkout or a cart. Raises InvalidMoney, Refusal."""
    items = [item for item in order.line_items or [] if not item.gift_card]
    lines = [_line(item, currency) for item in items]
    shipping, shipping_tax, shipping_discount = _shipping(order.shipping_lines or [], currency)
    tax = None if order.total_tax is None else minor(order.total_tax, currency)
    if tax is not None and not any(item.tax_lines for item in items):
        _spread(tax - shipping_tax, lines)
    unassigned_discount = 0
    if order.total_discounts and not any(item.discount_allocations for item in items):
        told = minor(order.total_discounts, currency)
        unassigned_discount = max(0, told - shipping_discount - sum(line.discount_minor for line in lines))
    if order.taxes_included:
        shipping -= shipping_tax
        for line in lines:
            line.without_tax()
    if order.line_items is None:
        gross = _gross_without_lines(order, (tax or 0) - shipping_tax, currency)
    else:
        gross = sum(line.gross_minor for line in lines)
    line_discount = sum(line.discount_minor for line in lines)
    return OrderAmounts(
        lines=lines,
        gross_minor=gross,
        discount_minor=line_discount + min(unassigned_discount, max(0, gross - line_discount)),  # more than that was off the shipping
        tax_minor=sum(line.tax_minor for line in lines) + shipping_tax if tax is None else tax,
        shipping_minor=shipping,
    )


def _gross_without_lines(order: Order, goods_tax: int, currency: str) -> int:
    """Some REST answers leave the lines out and tell their sum."""
    if order.total_line_items_price is None:
        raise Refusal(Reason.MISSING_FIELD, "line_items")
    return minor(order.total_line_items_price, currency) - (goods_tax if order.taxes_included else 0)


def _line(item: LineItem, currency: str) -> LineAmounts:
    """A line as told. Allocations hold every discount that fell on it, `total_discount` only those given to the line itself."""
    if item.price is None:
        raise Refusal(Reason.MISSING_FIELD, "line_items.price")
    discount = 0
    if item.discount_allocations:
        discount = _allocated(item.discount_allocations, currency)
    elif item.total_discount:
        discount = minor(item.total_discount, currency)
    tax = _taxed(item.tax_lines, currency) if item.tax_lines else 0
    return LineAmounts(item, *line_amounts(item.price, item.quantity, currency), discount, tax)


def _shipping(lines: Sequence[ShippingLine], currency: str) -> tuple[int, int, int]:
    """(charged after discount, tax, discount) of shipping."""
    charged = tax = discount = 0
    for line in lines:
        price = minor(line.price or 0, currency)
        if line.discount_allocations:
            given = _allocated(line.discount_allocations, currency)
        else:
            given = 0 if line.discounted_price is None else price - minor(line.discounted_price, currency)
        charged += price - given
        discount += given
        tax += _taxed(line.tax_lines or [], currency)
    return charged, tax, discount


def _allocated(allocations: Sequence[DiscountAllocation], currency: str) -> int:
    return sum(minor(allocation.amount, currency) for allocation in allocations)


def _taxed(tax_lines: Sequence[TaxLine], currency: str) -> int:
    return sum(minor(line.price, currency) for line in tax_lines if line.price)


def _spread(tax_minor: int, lines: Sequence[LineAmounts]) -> None:
    """Gives each line its share of a tax that only the order tells, by what was paid for it; the last takes the remainder."""
    total = sum(line.gross_minor - line.discount_minor for line in lines)
    if tax_minor <= 0 or total <= 0:
        return
    for line in lines:
        line.tax_minor = tax_minor * (line.gross_minor - line.discount_minor) // total
    lines[-1].tax_minor += tax_minor - sum(line.tax_minor for line in lines)
