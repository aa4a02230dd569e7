"""Worlds side by side in one warehouse, with their settings and rates, everything computed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from pipelines.sources.rows import Row
from tests.reference.fx import Rates, rate_rows, settings_rows
from tests.reference.path_worlds import PathWorld
from tests.reference.warehouses import ShopTables, memory_warehouse, refresh_all, store


@dataclass(frozen=True)
class Worlds:
    """`rows` by shop, named by its seed; `rate_rows` are nobody's."""

    seed: int
    rows: dict[str, list[Row]]
    rate_rows: list[Row]
    tables: ShopTables

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        return self.tables.con

    def rates(self, shop_id: str) -> Rates:
        return Rates(self.rate_rows, self.rows[shop_id])


def shop_rows(seed: int) -> tuple[str, list[Row]]:
    """The name and rows of one world."""
    shop_id = f"world-{seed}"
    return shop_id, PathWorld(seed, shop_id).rows + settings_rows(seed, shop_id)


@contextmanager
def refreshed_worlds(seed: int, shops: int) -> Iterator[Worlds]:
    """The worlds of so many seeds."""
    rows, rates = dict(shop_rows(seed + number) for number in range(shops)), rate_rows(seed)
    with memory_warehouse() as con:
        store(con, [*rates, *(row for each in rows.values() for row in each)])
        refresh_all(con)
        yield Worlds(seed, rows, rates, ShopTables(con))
