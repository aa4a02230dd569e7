"""A mapping: a TOML file that says which columns of an order export mean what (examples/ holds one).

asset = "uci-online-retail"     # or columns.asset
currency = "GBP"                # or columns.currency
zone = "Europe/London"          # of times without an offset
grain = "line"                  # a row is a line of an order, or with "order" an order with its totals
time_formats = ["%m/%d/%Y %H:%M"]   # tried where a time is not ISO 8601

[columns]                       # meaning = "column of the table"
order = "InvoiceNo"
ordered_at = "InvoiceDate"

[states]                        # value of columns.status = "state"
Shipped = "shipped"

[times]                         # state = "column that tells when it began"
delivered = "DeliveredAt"

[refund]                        # which rows give money back
when_column = "InvoiceNo"
starts_with = "C"               # or is = ["refunded"]

A table that lies in several files names them: `file` is the one with a row for each order (or line), each `[[join]]` adds to
its rows the columns of another, found by a column that both have. File names may hold `*`.

file = "*orders*.csv"

[[join]]
file = "*order_items*.csv"
on = "order_id"
rows = "many"                   # each its own line of the order; without it a row is told once
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal
from zoneinfo import available_timezones

import msgspec

from pipelines.sources.toml_text import TomlError, decoded_toml
from warehouse.currency import EXPONENTS

State = Literal["cart", "created", "confirmed", "authorised", "paid", "shipped", "delivered", "changed", "cancelled"]

_LINE_ONLY = ("product", "title", "category", "quantity", "unit_price", "line_total")
_SHOWN_COLUMNS = 50
_ORDER_ONLY = ("gross", "total")


class MappingError(ValueError):
    """A mapping that cannot be used; says which file, which key, and what was expected."""


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The column behind each meaning. Amounts are in major units and without tax, but for `total`."""

    order: str
    ordered_at: str
    updated_at: str | None = None
    customer: str | None = None
    email: str | None = None
    phone: str | None = None
    asset: str | None = None
    currency: str | None = None
    status: str | None = None
    payment_method: str | None = None
    discount: str | None = None
    tax: str | None = None
    product: str | None = None
    title: str | None = None
    category: str | None = None
    quantity: str | None = None  # 1 where there is no such column
    unit_price: str | None = None
    line_total: str | None = None
    gross: str | None = None  # goods before discount
    total: str | None = None  # what the customer pays: gross - discount + tax + shipping
    shipping: str | None = None


class RefundRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"one_of": "is"}):
    """Rows that give money back: their amounts are below zero, their order id names the refund."""

    when_column: str
    starts_with: str | None = None
    one_of: tuple[str, ...] | None = None
    order_column: str | None = None  # the order that the refund belongs to, where the table tells it

    def holds_for(self, text: str) -> bool:
        return text.startswith(self.starts_with) if self.starts_with is not None else text in (self.one_of or ())


class Join(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another file of the table: `on` is the column by which its rows belong to those of the files before it."""

    file: str
    on: str
    rows: Literal["one", "many"] = "one"  # of this file for one value of `on`


class TableMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping that was checked in itself; `require_columns` checks it against a table."""

    columns: Columns
    zone: str
    grain: Literal["line", "order"] = "line"
    asset: str | None = None
    currency: str | None = None
    time_formats: tuple[str, ...] = ()
    states: dict[str, State] = {}
    times: dict[State, str] = {}
    refund: RefundRule | None = None
    file: str | None = None
    join: tuple[Join, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The name patterns of the files that make the table together, the one with a row for each order first; none for one file."""
        return (self.file, *(join.file for join in self.join)) if self.file else ()

    @property
    def named_columns(self) -> tuple[str, ...]:
        """Every column that the mapping names, each once."""
        named = [name for name in msgspec.structs.astuple(self.columns) if name]
        named += self.times.values()
        if self.refund:
            named += [name for name in (self.refund.when_column, self.refund.order_column) if name]
        return tuple(dict.fromkeys(named))


def parse_mapping(text: str, file: str) -> TableMapping:
    """The mapping in a TOML text; `file` is named in errors. Raises MappingError."""
    try:
        mapping = msgspec.convert(decoded_toml(text), TableMapping)
    except TomlError as error:
        raise MappingError(f"{file}: not TOML: {error}") from error
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$.")
        raise MappingError(f"{file}: {path.rstrip('`') or 'top level'}: {message}") from error
    for key, expected in _faults(mapping):
        raise MappingError(f"{file}: {key}: {expected}")
    return mapping


def _faults(mapping: TableMapping) -> Iterable[tuple[str, str]]:
    """(key, what was expected) of everything that the types alone do not say."""
    columns = mapping.columns
    for key in ("asset", "currency"):
        if (getattr(mapping, key) is None) == (getattr(columns, key) is None):
            yield key, f"expected either {key} or columns.{key}"
    if mapping.currency is not None and mapping.currency not in EXPONENTS:
        yield "currency", f"expected an ISO 4217 code, found {mapping.currency!r}"
    if mapping.zone not in available_timezones():
        yield "zone", f"expected an IANA time zone such as Europe/London, found {mapping.zone!r}"
    one_of, never = (("unit_price", "line_total"), _ORDER_ONLY) if mapping.grain == "line" else (("gross", "total"), _LINE_ONLY)
    if sum(getattr(columns, key) is not None for key in one_of) != 1:
        yield f"columns.{one_of[0]}", f"expected exactly one of columns.{one_of[0]} and columns.{one_of[1]} at grain {mapping.grain!r}"
    for key in never:
        if getattr(columns, key) is not None:
            yield f"columns.{key}", f"expected only at grain {'order' if mapping.grain == 'line' else 'line'!r}"
    for state in mapping.times.keys() & {"created", "cart"}:
        yield f"times.{state}", "expected another state: columns.ordered_at tells when an order began"
    if bool(mapping.states) != (columns.status is not None):
        yield "states", "expected together with columns.status"
    if (mapping.file is None) != (not mapping.join):
        yield "file", "expected together with [[join]]"
    if sum(join.rows == "many" for join in mapping.join) > 1:
        yield "join", 'expected at most one with rows = "many": two would multiply each other\'s lines'
    if len(set(mapping.files)) != len(mapping.files):
        yield "join", "expected a file of its own for each"
    if mapping.refund and (mapping.refund.starts_with is None) == (mapping.refund.one_of is None):
        yield "refund", "expected exactly one of starts_with and is"


def require_columns(mapping: TableMapping, columns: tuple[str, ...], file: str) -> None:
    """Raises MappingError where the mapping names a column that the table lacks."""
    absent = [name for name in mapping.named_columns if name not in columns]
    if absent:
        more = ", …" if len(columns) > _SHOWN_COLUMNS else ""
        has = ", ".join(map(repr, columns[:_SHOWN_COLUMNS])) + more
        raise MappingError(f"{file}: the table has no column {', '.join(map(repr, absent))}; it has {has}")
