"""Cells of a table, text (CSV) or plain Python values (Parquet, JSONL), read as what they mean."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from pipelines.sources.money import InvalidMoney, exact, line_amounts, minor, total_amounts
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal

_GREATEST_QUANTITY = 10**9
_LONGEST_WHOLE = 15  # digits: a longer integer is not exact in a float
_CACHED_AMOUNTS = 65_536


def text_of(cell: Any) -> str | None:
    """The text of an id or a name, None where it is blank. An id that a data frame made a float (17850.0) is its integer.

    Raises Refusal for a list, an object or bytes.
    """
    if isinstance(cell, str):
        return cell.strip() or None
    if cell is None:
        return None
    if isinstance(cell, float | Decimal):
        number = Decimal(repr(cell)) if isinstance(cell, float) else cell
        if not number.is_finite():
            return None  # a data frame writes NaN where a value is absent
        return str(int(number)) if number.adjusted() < _LONGEST_WHOLE and number == int(number) else str(number)
    if isinstance(cell, int | date | UUID):
        return str(cell)
    raise Refusal(Reason.WRONG_SHAPE, "a cell that is neither text, number nor date")


def integer_of(cell: Any, column: str) -> int:
    """A whole number, also where a spreadsheet wrote it as 6.0. Raises Refusal."""
    if type(cell) is int:
        number = cell
    else:
        try:
            value = exact(cell)
        except InvalidMoney:
            raise Refusal(Reason.WRONG_SHAPE, column) from None
        number = int(value)
        if number != value:
            raise Refusal(Reason.WRONG_SHAPE, column)
    if abs(number) > _GREATEST_QUANTITY:
        raise Refusal(Reason.WRONG_SHAPE, column)
    return number


def amount_of(cell: Any, currency: str) -> int:
    """Minor units of an amount; 0 where the cell is blank. Raises InvalidMoney."""
    return 0 if cell is None or cell == "" else minor_of(cell, currency)


def minor_of(cell: Any, currency: str) -> int:
    """money.minor of an amount; most are told more than once. Raises InvalidMoney."""
    return _minor(*_hashable(cell), currency)


def price_amounts(unit_price: Any, quantity: int, currency: str) -> tuple[int, int, int]:
    """(unit_price_micro, gross_minor, line_rounding_micro), see money.line_amounts. Raises InvalidMoney."""
    return _line_amounts(*_hashable(unit_price), quantity, currency)


def line_total_amounts(line_total: Any, quantity: int, currency: str) -> tuple[int, int, int]:
    """The same for a line that tells its total."""
    return _total_amounts(*_hashable(line_total), quantity, currency)


def _hashable(cell: Any) -> tuple[type, Any]:
    """The cell with its type: 1, True and 1.0 are equal keys of a cache and not equal amounts. Raises InvalidMoney."""
    if not isinstance(cell, str | int | float | Decimal):
        raise InvalidMoney("not a decimal number")
    return type(cell), cell


@lru_cache(_CACHED_AMOUNTS)
def _minor(kind: type, cell: Any, currency: str) -> int:
    return minor(cell, currency)


@lru_cache(_CACHED_AMOUNTS)
def _line_amounts(kind: type, unit_price: Any, quantity: int, currency: str) -> tuple[int, int, int]:
    return line_amounts(unit_price, quantity, currency)


@lru_cache(_CACHED_AMOUNTS)
def _total_amounts(kind: type, line_total: Any, quantity: int, currency: str) -> tuple[int, int, int]:
    return total_amounts(line_total, quantity, currency)
