"""Any order export, read through a mapping (pipelines/sources/mapping.py): one record per table row.

At grain `line` a row becomes an OrderLine and the creation of its order, told alike by all its lines and without totals:
the money of the order is the sum of its lines. `version_key` is left empty, because which lines make a version, and how
often a line repeats exactly, is known only to who reads the whole file. At grain `order` a row becomes the creation with
totals. A row that gives money back becomes a Refund, positive for the customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pipelines.sources.buyers import Identifier, buyer, email_identifier, phone_identifier
from pipelines.sources.cells import amount_of, integer_of, line_total_amounts, price_amounts, text_of
from pipelines.sources.contract import Outcome, TableSource
from pipelines.sources.currencies import currency_of
from pipelines.sources.desk import Desk, Shop
from pipelines.sources.instants import LocalTimes
from pipelines.sources.mapping import TableMapping
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import order_number_ref, product
from pipelines.sources.refusal import Refusal, outcome_of
from pipelines.sources.rows import IdentityLink, OrderEvent, OrderLine, Refund, Row

NAME = "orders_table"
_NO_COLUMN = ""


class _Head(NamedTuple):
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
    links: list[IdentityLink]


class _Line(NamedTuple):
    """What a row tells of its line, in minor units."""

    quantity: int
    unit_price_micro: int
    gross_minor: int
    line_rounding_micro: int
    discount_minor: int
    tax_minor: int
    product_id: str | None
    title: str | None


def orders_table(mapping: TableMapping) -> TableSource:
    """The table source of one mapping."""
    reader = _Reader(mapping)
    needed = frozenset(mapping.named_columns)
    return TableSource(NAME, needed.issubset, reader.outcome)


class _Reader:
    """Reads the rows of tables that one mapping describes."""

    def __init__(self, mapping: TableMapping) -> None:
        self._mapping = mapping
        self._columns = mapping.columns
        self._times = LocalTimes(mapping.zone, mapping.time_formats)
        told = mapping.columns
        per_order = (told.order, told.ordered_at, told.updated_at, told.customer, told.email, told.phone, told.asset, told.currency)
        self._per_order = [name for name in per_order if name]
        self._latest: tuple[Desk, list[Any], _Head] | None = None

    def outcome(self, cells: Mapping[str, Any], desk: Desk) -> Outcome:
        return outcome_of(self._rows, cells, desk)

    def _rows(self, cells: Mapping[str, Any], desk: Desk) -> tuple[Row, ...]:
        head = self._same_head(cells, desk)
        rule = self._mapping.refund
        gives_back = rule is not None and rule.holds_for(text_of(cells.get(rule.when_column)) or "")
        if self._mapping.grain == "order":
            rows = self._order(cells, head, gives_back)
        else:
            line = self._line(cells, head)
            rows = (self._refund(cells, head, line),) if gives_back else (_order_line(head, line), *self._states(cells, head))
        return (*rows, *head.links)

    def _same_head(self, cells: Mapping[str, Any], desk: Desk) -> _Head:
        """The head of the row; lines of one order mostly follow each other and tell it alike, so it is read once for them."""
        told = [cells.get(name) for name in self._per_order]
        if self._latest is None or self._latest[0] is not desk or self._latest[1] != told:
            self._latest = desk, told, self._head(cells, desk)
        return self._latest[2]

    def _head(self, cells: Mapping[str, Any], desk: Desk) -> _Head:
        columns, mapping = self._columns, self._mapping
        number = text_of(cells.get(columns.order))
        order_ref = order_number_ref(number)
        if number is None or order_ref is None:
            raise Refusal(Reason.MISSING_FIELD, columns.order)
        asset_id = mapping.asset or self._text(cells, columns.asset)
        if asset_id is None:
            raise Refusal(Reason.MISSING_FIELD, columns.asset or "asset")
        shop = desk.shop(NAME, asset_id)
        ordered_ms = self._times.epoch_ms(cells.get(columns.ordered_at), columns.ordered_at)
        updated = self._text(cells, columns.updated_at) and cells[columns.updated_at or _NO_COLUMN]
        person_key, links = self._buyer(cells, shop, ordered_ms)
        return _Head(
            shop=shop,
            asset_id=asset_id,
            number=number,
            order_ref=order_ref,
            currency=mapping.currency or currency_of(self._text(cells, columns.currency), columns.currency or _NO_COLUMN),
            ordered_ms=ordered_ms,
            ordered_day=shop.day(ordered_ms),
            told_ms=self._times.epoch_ms(updated, columns.updated_at or _NO_COLUMN) if updated else ordered_ms,
            person_key=person_key,
            links=links,
        )

    def _buyer(self, cells: Mapping[str, Any], shop: Shop, ordered_ms: int) -> tuple[str | None, list[IdentityLink]]:
        columns = self._columns
        customer = self._text(cells, columns.customer)
        return buyer(
            shop,
            NAME,
            ordered_ms,
            (
                Identifier(NAME, customer) if customer is not None else None,
                email_identifier(self._text(cells, columns.email)),
                phone_identifier(self._text(cells, columns.phone)),
            ),
        )

    def _line(self, cells: Mapping[str, Any], head: _Head) -> _Line:
        columns = self._columns
        quantity = integer_of(cells.get(columns.quantity), columns.quantity) if columns.quantity else 1
        if columns.unit_price:
            amounts = price_amounts(cells.get(columns.unit_price), quantity, head.currency)
        else:
            amounts = line_total_amounts(cells.get(columns.line_total or _NO_COLUMN), quantity, head.currency)
        return _Line(
            quantity,
            *amounts,
            discount_minor=self._amount(cells, columns.discount, head.currency),
            tax_minor=self._amount(cells, columns.tax, head.currency),
            product_id=product(head.shop, self._text(cells, columns.product)),
            title=self._text(cells, columns.title),
        )

    def _refund(self, cells: Mapping[str, Any], head: _Head, line: _Line) -> Refund:
        """A line below zero, less its discount: `refund_minor` plus `line_rounding_micro` is the exact value given back."""
        rule = self._mapping.refund
        return Refund(
            shop_id=head.shop.shop_id,
            source=NAME,
            occurred_ms=head.ordered_ms,
            occurred_day=head.ordered_day,
            refund_key=head.number,
            line_key=_line_key(head, line),
            kind="goods",
            currency=head.currency,
            refund_minor=line.discount_minor - line.gross_minor,
            quantity=-line.quantity,
            line_rounding_micro=-line.line_rounding_micro,
            order_ref=order_number_ref(self._text(cells, rule.order_column)) if rule else None,
            product_id=line.product_id,
            title=line.title,
            person_key=head.person_key,
        )

    def _order(self, cells: Mapping[str, Any], head: _Head, gives_back: bool) -> tuple[Row, ...]:
        columns, currency = self._columns, head.currency
        discount, tax, shipping = (self._amount(cells, name, currency) for name in (columns.discount, columns.tax, columns.shipping))
        value = cells.get(columns.gross or columns.total or _NO_COLUMN)
        _, gross, rounding = price_amounts(value, 1, currency)
        if columns.total:
            gross, rounding = gross + discount - tax - shipping, 0
        if gives_back:
            return (self._refund(cells, head, _Line(0, 0, gross, rounding, discount, tax, None, None)),)
        first, *others = self._states(cells, head)
        first.gross_minor, first.discount_minor, first.tax_minor, first.shipping_minor = gross, discount, tax, shipping
        return (first, *others)

    def _states(self, cells: Mapping[str, Any], head: _Head) -> tuple[OrderEvent, ...]:
        """The creation, and the state that the status column tells, begun when the row was updated. Raises Refusal."""
        if not self._mapping.states:
            return (_event(head, "created", head.ordered_ms),)
        state = self._mapping.states.get(self._text(cells, self._columns.status) or "")
        if state is None:
            raise Refusal(Reason.UNKNOWN_EVENT, f"{self._columns.status}: a value that [states] does not list")
        if state in ("created", "cart"):
            return (_event(head, state, head.ordered_ms),)
        return _event(head, "created", head.ordered_ms), _event(head, state, head.told_ms)

    def _text(self, cells: Mapping[str, Any], column: str | None) -> str | None:
        return text_of(cells.get(column)) if column else None

    def _amount(self, cells: Mapping[str, Any], column: str | None, currency: str) -> int:
        return amount_of(cells.get(column), currency) if column else 0


def _event(head: _Head, state: str, occurred_ms: int) -> OrderEvent:
    return OrderEvent(
        shop_id=head.shop.shop_id,
        source=NAME,
        occurred_ms=occurred_ms,
        occurred_day=head.ordered_day if occurred_ms == head.ordered_ms else head.shop.day(occurred_ms),
        asset_id=head.asset_id,
        order_ref=head.order_ref,
        state=state,
        told_ms=head.told_ms,
        person_key=head.person_key,
        currency=head.currency,
    )


def _order_line(head: _Head, line: _Line) -> OrderLine:
    return OrderLine(
        shop_id=head.shop.shop_id,
        source=NAME,
        occurred_ms=head.ordered_ms,
        occurred_day=head.ordered_day,
        order_ref=head.order_ref,
        told_ms=head.told_ms,
        version_key="",
        line_key=_line_key(head, line),
        quantity=line.quantity,
        gross_minor=line.gross_minor,
        currency=head.currency,
        unit_price_micro=line.unit_price_micro,
        line_rounding_micro=line.line_rounding_micro,
        discount_minor=line.discount_minor,
        tax_minor=line.tax_minor,
        product_id=line.product_id,
        title=line.title,
    )


def _line_key(head: _Head, line: _Line) -> str:
    """Made of what the row says, not of how its file wrote it: the same line in CSV and Parquet is the same line."""
    return head.shop.hashed("line", head.number, head.ordered_ms, head.currency, head.person_key, *line)
