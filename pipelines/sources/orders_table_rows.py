"""What a row of an order table becomes: the state of its order, and its line."""

from __future__ import annotations

from typing import NamedTuple

from pipelines.sources.desk import Shop
from pipelines.sources.rows import IdentityLink, OrderEvent, OrderLine

SOURCE = "orders_table"


class Head(NamedTuple):
    """What every row of one order tells."""

    shop: Shop
    asset_id: str
    number: str
    order_ref: str
    currency: str
    ordered_ms: int
    ordered_day: int
    told_ms: int
    person_key: str | None
    payment_method: str | None
    links: list[IdentityLink]


class Line(NamedTuple):
    """What a row tells of its line, in minor units."""

    quantity: int
    unit_price_micro: int
    gross_minor: int
    line_rounding_micro: int
    discount_minor: int
    tax_minor: int
    shipping_minor: int
    product_id: str | None
    title: str | None
    category: str | None = None


def event(head: Head, state: str, occurred_ms: int) -> OrderEvent:
    return OrderEvent(
        shop_id=head.shop.shop_id,
        source=SOURCE,
        occurred_ms=occurred_ms,
        occurred_day=head.ordered_day if occurred_ms == head.ordered_ms else head.shop.day(occurred_ms),
        asset_id=head.asset_id,
        order_ref=head.order_ref,
        state=state,
        told_ms=head.told_ms,
        person_key=head.person_key,
        currency=head.currency,
        payment_method=head.payment_method,
    )


def order_line(head: Head, line: Line) -> OrderLine:
    return OrderLine(
        shop_id=head.shop.shop_id,
        source=SOURCE,
        occurred_ms=head.ordered_ms,
        occurred_day=head.ordered_day,
        order_ref=head.order_ref,
        told_ms=head.told_ms,
        version_key="",
        line_key=line_key(head, line),
        quantity=line.quantity,
        gross_minor=line.gross_minor,
        currency=head.currency,
        unit_price_micro=line.unit_price_micro,
        line_rounding_micro=line.line_rounding_micro,
        discount_minor=line.discount_minor,
        tax_minor=line.tax_minor,
        shipping_minor=line.shipping_minor,
        product_id=line.product_id,
        title=line.title,
        category=line.category,
    )


def line_key(head: Head, line: Line) -> str:
    """Made of what the row says, not of how its file wrote it: the same line in CSV and Parquet is the same line. What its
    product is filed under tells no line from another."""
    return head.shop.hashed("line", head.number, head.ordered_ms, head.currency, head.person_key, *line[:-1])
