"""Baskets and what they cost, in exact minor units."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from pipelines.simulate.world import Product, Shop


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
