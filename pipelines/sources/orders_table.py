"""Any order export, read through a mapping (pipelines/sources/mapping.py): one record per table row.

At grain `line` a row becomes an OrderLine and the creation of its order, told alike by all its lines and without totals:
the money of the order, shipping included, is the sum of its lines. `version_key` is left empty, because which lines make a version, and how
often a line repeats exactly, is known only to who reads the whole file. At grain `order` a row becomes the creation with
totals. A row that gives money back becomes a Refund, positive for the customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.sources.buyers import Identifier, buyer, email_identifier, phone_identifier
from pipelines.sources.cells import amount_of, integer_of, line_total_amounts, price_amounts, text_of
from pipelines.sources.codes import category, payment_method
from pipelines.sources.contract import Outcome, TableSource
from pipelines.sources.currencies import currency_of
from pipelines.sources.desk import Desk, Shop
from pipelines.sources.instants import LocalTimes
from pipelines.sources.mapping import State, TableMapping
from pipelines.sources.orders_table_rows import SOURCE, Head, Line, event, line_key, order_line
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import order_number_ref, product
from pipelines.sources.refusal import Refusal, outcome_of
from pipelines.sources.rows import IdentityLink, OrderEvent, Refund, Row

NAME = SOURCE
_NO_COLUMN = ""


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
        self._per_order = [name for name in (*per_order, told.payment_method) if name]
        self._latest: tuple[Desk, list[Any], Head] | None = None

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
            rows = (self._refund(cells, head, line),) if gives_back else (order_line(head, line), *self._states(cells, head))
        return (*rows, *head.links)

    def _same_head(self, cells: Mapping[str, Any], desk: Desk) -> Head:
        """The head of the row; lines of one order mostly follow each other and tell it alike, so it is read once for them."""
        told = [cells.get(name) for name in self._per_order]
        if self._latest is None or self._latest[0] is not desk or self._latest[1] != told:
            self._latest = desk, told, self._head(cells, desk)
        return self._latest[2]

    def _head(self, cells: Mapping[str, Any], desk: Desk) -> Head:
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
        return Head(
            shop=shop,
            asset_id=asset_id,
            number=number,
            order_ref=order_ref,
            currency=mapping.currency or currency_of(self._text(cells, columns.currency), columns.currency or _NO_COLUMN),
            ordered_ms=ordered_ms,
            ordered_day=shop.day(ordered_ms),
            told_ms=self._times.epoch_ms(updated, columns.updated_at or _NO_COLUMN) if updated else ordered_ms,
            person_key=person_key,
            payment_method=payment_method(self._text(cells, columns.payment_method)),
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

    def _line(self, cells: Mapping[str, Any], head: Head) -> Line:
        columns = self._columns
        quantity = integer_of(cells.get(columns.quantity), columns.quantity) if columns.quantity else 1
        if columns.unit_price:
            amounts = price_amounts(cells.get(columns.unit_price), quantity, head.currency)
        else:
            amounts = line_total_amounts(cells.get(columns.line_total or _NO_COLUMN), quantity, head.currency)
        return Line(
            quantity,
            *amounts,
            discount_minor=self._amount(cells, columns.discount, head.currency),
            tax_minor=self._amount(cells, columns.tax, head.currency),
            shipping_minor=self._amount(cells, columns.shipping, head.currency),
            product_id=product(head.shop, self._text(cells, columns.product)),
            title=self._text(cells, columns.title),
            category=category(self._text(cells, columns.category)),
        )

    def _refund(self, cells: Mapping[str, Any], head: Head, line: Line) -> Refund:
        """A line below zero, less its discount: `refund_minor` plus `line_rounding_micro` is the exact value given back."""
        rule = self._mapping.refund
        return Refund(
            shop_id=head.shop.shop_id,
            source=NAME,
            occurred_ms=head.ordered_ms,
            occurred_day=head.ordered_day,
            refund_key=head.number,
            line_key=line_key(head, line),
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

    def _order(self, cells: Mapping[str, Any], head: Head, gives_back: bool) -> tuple[Row, ...]:
        columns, currency = self._columns, head.currency
        discount, tax, shipping = (self._amount(cells, name, currency) for name in (columns.discount, columns.tax, columns.shipping))
        value = cells.get(columns.gross or columns.total or _NO_COLUMN)
        _, gross, rounding = price_amounts(value, 1, currency)
        if columns.total:
            gross, rounding = gross + discount - tax - shipping, 0
        if gives_back:
            return (self._refund(cells, head, Line(0, 0, gross, rounding, discount, tax, 0, None, None)),)
        first, *others = self._states(cells, head)
        first.gross_minor, first.discount_minor, first.tax_minor, first.shipping_minor = gross, discount, tax, shipping
        return (first, *others)

    def _states(self, cells: Mapping[str, Any], head: Head) -> tuple[OrderEvent, ...]:
        """The creation, the states whose times are told, and the one that the status column tells. Raises Refusal.

        A status whose time no column tells began when the row was updated.
        """
        state = self._status(cells)
        if state == "cart":
            return (event(head, state, head.ordered_ms),)
        began = {
            each: self._times.epoch_ms(cells[column], column) for each, column in self._mapping.times.items() if self._text(cells, column)
        }
        if state != "created":
            began.setdefault(state, head.told_ms)
        return event(head, "created", head.ordered_ms), *(event(head, each, at) for each, at in began.items())

    def _status(self, cells: Mapping[str, Any]) -> State:
        if not self._mapping.states:
            return "created"
        state = self._mapping.states.get(self._text(cells, self._columns.status) or "")
        if state is None:
            raise Refusal(Reason.UNKNOWN_EVENT, f"{self._columns.status}: a value that [states] does not list")
        return state

    def _text(self, cells: Mapping[str, Any], column: str | None) -> str | None:
        return text_of(cells.get(column)) if column else None

    def _amount(self, cells: Mapping[str, Any], column: str | None, currency: str) -> int:
        return amount_of(cells.get(column), currency) if column else 0
