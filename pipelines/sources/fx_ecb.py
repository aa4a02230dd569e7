"""Rates of a euro in other currencies, as the European Central Bank publishes them: CSV, a column per currency.

`eurofxref.csv` holds one day (`Date, USD, JPY, ...`, `27 November 2026, 1.0512, ...`), `eurofxref-hist.csv` all since 1999
(`2026-11-27,1.0512,...`, `N/A` where there was none). https://www.ecb.europa.eu/stats/eurofxref
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipelines.sources.cells import text_of
from pipelines.sources.contract import Outcome, TableSource
from pipelines.sources.desk import Desk
from pipelines.sources.fx import NAME, euro_day, euro_rate
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal, outcome_of
from pipelines.sources.rows import FxRate

_CURRENCY = re.compile(r"[A-Z]{3}")
_COLUMN = re.compile(r"Date|[A-Z]{3}|column_[0-9]+")  # a line ends with a comma, which makes a last column without a name
_NO_RATE = ("", "N/A")


def _recognises(columns: tuple[str, ...]) -> bool:
    return {"Date", "USD"}.issubset(columns) and all(_COLUMN.fullmatch(name) for name in columns)


def _normalise_row(cells: Mapping[str, Any], desk: Desk) -> Outcome:
    """One row of the table: one record, a rate for each currency it tells."""
    return outcome_of(_rates, cells)


def _rates(cells: Mapping[str, Any]) -> list[FxRate]:
    day = euro_day(text_of(cells.get("Date")) or "", "Date")
    told = {name: text_of(cell) or "" for name, cell in cells.items() if _CURRENCY.fullmatch(name)}
    rates = [euro_rate(day, name, text, None) for name, text in told.items() if text not in _NO_RATE]
    if not rates:
        raise Refusal(Reason.MISSING_FIELD, "a rate")
    return rates


TABLE = TableSource(NAME, _recognises, _normalise_row)
