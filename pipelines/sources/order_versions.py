"""An order as one message tells it: its state, its totals and its lines, joined by the key of their content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pipelines.sources.cells import line_total_amounts, minor_of, price_amounts
from pipelines.sources.inbox import Inbox
from pipelines.sources.money import InvalidMoney, exact, minor
from pipelines.sources.rows import OrderEvent, OrderLine, Row

_LARGEST = 2**63 - 1  # amounts are stored as 64-bit integers


class Line(NamedTuple):
    """A line of an order, in the currency of the order."""

    product_id: str | None
    title: str | None
    quantity: int
    unit_price_micro: int
    gross_minor: int
    line_rounding_micro: int
    category: str | None = None


class Totals(NamedTuple):
    """What an order comes to, in minor units of `currency`; None where it is not told."""

    currency: str
    gross_minor: int
    discount_minor: int | None = None
    tax_minor: int | None = None
    shipping_minor: int | None = None


def line_of_unit_price(
    product_id: str | None, title: str | None, quantity: int, unit_price: Any, currency: str, category: str | None = None
) -> Line:
    """A line told by the price of one piece. Raises InvalidMoney."""
    return Line(product_id, title, quantity, *price_amounts(unit_price, quantity, currency), category)


def line_of_total(product_id: str | None, title: str | None, quantity: int, total: Any, currency: str, category: str | None = None) -> Line:
    """A line told by its total. Raises InvalidMoney."""
    return Line(product_id, title, quantity, *line_total_amounts(total, quantity, currency), category)


def amount(told: Any, currency: str) -> int | None:
    """Major units -> minor units, None where nothing is told. Raises InvalidMoney."""
    return None if told is None else minor_of(told, currency)


def thousandths(told: Any, currency: str) -> int:
    """Thousandths of a major unit -> minor units. Raises InvalidMoney."""
    return minor(exact(told).scaleb(-3), currency)


def order_version(
    inbox: Inbox,
    state: str,
    order_ref: str,
    occurred_ms: int,
    told_ms: int,
    totals: Totals,
    lines: Sequence[Line],
    person_key: str | None,
    message_key: str | None,
    payment_method: str | None = None,
) -> list[Row]:
    """The order event and its lines. Lines are keyed by what they say, since their order is not guaranteed, but for their
    category, which may be told later. Raises InvalidMoney where a total does not fit 64 bits."""
    if any(abs(part) > _LARGEST for part in totals[1:] if part is not None):
        raise InvalidMoney("total does not fit")
    shop = inbox.shop
    seen: dict[tuple[Any, ...], int] = {}
    keys: list[str] = []
    for line in lines:
        said = line[:-1]
        seen[said] = seen.get(said, 0) + 1
        keys.append(shop.hashed("line", order_ref, *said, seen[said]))
    version_key = shop.hashed("version", order_ref, *totals, *sorted(keys))
    base = (shop.shop_id, inbox.source, occurred_ms, shop.day(occurred_ms))
    event = OrderEvent(*base, inbox.asset_id, order_ref, state, told_ms, person_key, totals.currency, totals.gross_minor)
    event.discount_minor, event.tax_minor, event.shipping_minor = totals.discount_minor, totals.tax_minor, totals.shipping_minor
    event.version_key, event.message_key, event.payment_method = version_key, message_key, payment_method
    rows: list[Row] = [event]
    for key, line in zip(keys, lines, strict=True):
        told = OrderLine(
            *base, order_ref, told_ms, version_key, key, line.quantity, line.gross_minor, totals.currency, line.unit_price_micro
        )
        told.line_rounding_micro, told.product_id, told.title = line.line_rounding_micro, line.product_id, line.title
        told.category = line.category
        rows.append(told)
    return rows
