"""Orders and their money, in exact minor units."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any

from pipelines.simulate.world import Product, Shop

if TYPE_CHECKING:
    from pipelines.simulate.people import Customer


@dataclass(slots=True)
class Line:
    id: int
    product: Product
    quantity: int


@dataclass(slots=True)
class Amounts:
    """What a basket costs. Tax is on top of discounted prices, line by line; shipping is untaxed."""

    line_gross: list[int]
    line_discount: list[int]
    line_tax: list[int]
    gross: int
    discount: int
    tax: int
    shipping: int

    @property
    def subtotal(self) -> int:
        return self.gross - self.discount

    @property
    def total(self) -> int:
        return self.subtotal + self.tax + self.shipping


@dataclass(slots=True)
class Order:
    """An order as the shop system holds it at one moment of its life."""

    id: int
    number: str  # without the hash sign
    counter: int
    customer: Customer | None  # None: a guest
    lines: list[Line]
    discount_permille: int
    created_ms: int
    updated_ms: int
    note_attributes: list[dict[str, str]]
    token: str
    amounts: Amounts
    financial_status: str = "pending"
    fulfillment_status: str | None = None
    cancelled_ms: int | None = None
    refunds: list[dict[str, Any]] = field(default_factory=list)
    fulfillments: list[dict[str, Any]] = field(default_factory=list)
    refunded_goods: int = 0
    refunded_discrepancy: int = 0
    refunded_tax: int = 0
    refunded_shipping: int = 0
    refunded_quantity: dict[int, int] = field(default_factory=dict)  # line id -> pieces

    @property
    def refund(self) -> int:
        """What lowers net revenue: goods and discrepancies; all that is left where the order is cancelled."""
        return self.amounts.subtotal if self.cancelled_ms else self.refunded_goods + self.refunded_discrepancy


def price(shop: Shop, lines: list[Line], discount_permille: int, shipping: int | None = None) -> Amounts:
    """Prices a basket. The discount is shared over the lines by value, the last line takes the remainder."""
    line_gross = [line.product.price_minor * line.quantity for line in lines]
    gross = sum(line_gross)
    discount = gross * discount_permille // 1000
    reached, shares = 0, [0]
    for value in line_gross:
        reached += value
        shares.append(discount * reached // gross)
    line_discount = [after - before for before, after in pairwise(shares)]
    line_tax = [(g - d) * shop.template.tax_permille // 1000 for g, d in zip(line_gross, line_discount, strict=True)]
    if shipping is None:
        shipping = 0 if gross - discount >= shop.template.free_shipping_minor else shop.template.shipping_minor
    return Amounts(line_gross, line_discount, line_tax, gross, discount, sum(line_tax), shipping)


def basket(shop: Shop, rng: Random) -> list[Line]:
    """One to three different products, mostly one piece of each."""
    ranks = {shop.ware_weights.draw(rng) for _ in range(1 + int(rng.random() ** 2 * 3))}
    return [Line(0, shop.products[rank], 1 + int(rng.random() ** 4 * 4)) for rank in sorted(ranks)]


def numbered(shop: Shop, lines: list[Line]) -> list[Line]:
    """The same basket as lines of a new order."""
    return [Line(shop.names.number("line", 14_000_000_000_000), line.product, line.quantity) for line in lines]


def next_number(shop: Shop) -> tuple[str, int]:
    counter = shop.names.order_number()
    return f"{shop.template.number_prefix}{counter}", counter


def place(shop: Shop, customer: Customer | None, lines: list[Line], at_ms: int, discount_permille: int, number: tuple[str, int]) -> Order:
    """A new order, created at a whole second."""
    created_ms = at_ms // 1000 * 1000
    lines = numbered(shop, lines)
    return Order(
        id=shop.names.number("order", 5_700_000_000_000),
        number=number[0],
        counter=number[1],
        customer=customer,
        lines=lines,
        discount_permille=discount_permille,
        created_ms=created_ms,
        updated_ms=created_ms,
        note_attributes=[],
        token=shop.names.token("order token"),
        amounts=price(shop, lines, discount_permille),
    )
