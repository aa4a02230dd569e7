"""Rows of a query on one shop's reports."""

from __future__ import annotations

from typing import Any, Protocol


class Reports(Protocol):
    """A connection to one shop's reports, as warehouse.snapshot.open_shop gives it."""

    def execute(self, query: str, parameters: object = ..., /) -> Any: ...


def all_rows(con: Reports, sql: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = con.execute(sql, parameters or {}).fetchall()
    return rows


def one_row(con: Reports, sql: str, parameters: dict[str, Any] | None = None) -> tuple[Any, ...]:
    [row] = all_rows(con, sql, parameters)
    return row
