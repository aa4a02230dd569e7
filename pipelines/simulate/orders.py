"""Orders as the shop system numbers and keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipelines.simulate.baskets import Amounts, Line, numbered, price
from pipelines.simulate.payments import Payment, payment_of
from pipelines.simulate.people import Customer
from pipelines.simulate.world import Shop


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
    shipped_ms: int | None = None
    cancelled_ms: int | None = None
    refunded_ms: int | None = None
    refunds: list[dict[str, Any]] = field(default_factory=list)
    fulfillments: list[dict[str, Any]] = field(default_factory=list)
    refunded_goods: int = 0
    refunded_discrepancy: int = 0
    refunded_tax: int = 0
    refunded_shipping: int = 0
    refunded_quantity: dict[int, int] = field(default_factory=dict)  # line id -> pieces

    @property
    def payment(self) -> Payment:
        return payment_of(self.counter)

    @property
    def refund(self) -> int:
        """What lowers net revenue: goods and discrepancies; all that is left where the order is cancelled."""
        return self.amounts.subtotal if self.cancelled_ms else self.refunded_goods + self.refunded_discrepancy


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
