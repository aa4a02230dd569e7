"""Shopify's amounts -> gross, discount, tax and shipping apart from each other, in minor units.

Where a shop's prices include tax, a line's gross and discount are told without it, so that in both kinds of shop
gross - discount + tax + shipping is what the customer pays (gift cards and tips aside).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipelines.sources.money import line_amounts, minor
from pipelines.sources.shopify_documents import LineItem, Order, ShippingLine


class LineAmounts(NamedTuple):
    """One line. `unit_price_micro` is the price as told, with tax where the shop's prices include it."""

    item: LineItem
    unit_price_micro: int
    gross_minor: int
    line_rounding_micro: int
    discount_minor: int
    tax_minor: int


class OrderAmounts(NamedTuple):
    """An order: its lines without gift cards, and its totals. `discount_minor` may exceed that of the lines."""

    lines: list[LineAmounts]
    gross_minor: int
    discount_minor: int
    tax_minor: int
    shipping_minor: int


def order_amounts(order: Order, currency: str) -> OrderAmounts:
    """The amounts of an order, a checkout or a cart. Raises InvalidMoney."""
    taxes_included = bool(order.taxes_included)
    items = [item for item in order.line_items if not item.gift_card]
    values = [line_amounts(_price(item), item.quantity, currency) for item in items]
    discounts = [_discount(item, currency) for item in items]
    shipping, shipping_tax, shipping_discount = _shipping(order.shipping_lines or [], currency)
    told_tax = None if order.total_tax is None else minor(order.total_tax, currency)
    paid = [value - discount for (_, value, _), discount in zip(values, discounts, strict=True)]
    taxes = _line_taxes(items, paid, (told_tax or 0) - shipping_tax, currency)
    lines = []
    for item, (unit_micro, value, rounding), discount, tax in zip(items, values, discounts, taxes, strict=True):
        if taxes_included and tax:
            discount -= _rounded(discount * tax, value - discount)
            value, rounding = discount + paid[len(lines)] - tax, 0
        lines.append(LineAmounts(item, unit_micro, value, rounding, discount, tax))
    unassigned = 0
    if order.total_discounts and not any(item.discount_allocations for item in items):
        unassigned = max(0, minor(order.total_discounts, currency) - shipping_discount - sum(discounts))
    return OrderAmounts(
        lines=lines,
        gross_minor=sum(line.gross_minor for line in lines),
        discount_minor=sum(line.discount_minor for line in lines) + unassigned,
        tax_minor=sum(taxes) + shipping_tax if told_tax is None else told_tax,
        shipping_minor=shipping - shipping_tax if taxes_included else shipping,
    )


def _price(item: LineItem) -> object:
    return 0 if item.price is None and item.quantity == 0 else item.price


def _discount(item: LineItem, currency: str) -> int:
    """Allocations hold every discount that fell on the line; `total_discount` only those given to the line itself."""
    if item.discount_allocations:
        return sum(minor(allocation.amount, currency) for allocation in item.discount_allocations)
    return minor(item.total_discount, currency) if item.total_discount else 0


def _shipping(lines: Sequence[ShippingLine], currency: str) -> tuple[int, int, int]:
    """(charged after discount, tax, discount) of shipping."""
    charged = tax = discount = 0
    for line in lines:
        price = minor(line.price or 0, currency)
        if line.discount_allocations:
            given = sum(minor(allocation.amount, currency) for allocation in line.discount_allocations)
        else:
            given = 0 if line.discounted_price is None else price - minor(line.discounted_price, currency)
        charged += price - given
        discount += given
        tax += sum(minor(tax_line.price, currency) for tax_line in line.tax_lines or [] if tax_line.price)
    return charged, tax, discount


def _line_taxes(items: Sequence[LineItem], paid: Sequence[int], goods_tax: int, currency: str) -> list[int]:
    """The tax of each line: as the lines tell it, or else the order's own, by what was paid for each, the last the remainder."""
    if any(item.tax_lines for item in items):
        return [sum(minor(line.price, currency) for line in item.tax_lines or [] if line.price) for item in items]
    total_paid = sum(paid)
    if goods_tax <= 0 or total_paid <= 0:
        return [0] * len(items)
    taxes = [goods_tax * amount // total_paid for amount in paid]
    taxes[-1] += goods_tax - sum(taxes)
    return taxes


def _rounded(numerator: int, denominator: int) -> int:
    """The quotient rounded half away from zero; 0 where nothing was paid."""
    if denominator <= 0:
        return 0
    quotient, rest = divmod(abs(numerator), denominator)
    quotient += 2 * rest >= denominator
    return quotient if numerator >= 0 else -quotient
