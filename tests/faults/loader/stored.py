"""What a warehouse holds, without where it came from: two loads of the same input are equal, however often they were interrupted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipelines.home import Home
from pipelines.loading import open_loader
from warehouse.connection import open_warehouse
from warehouse.raw_tables import columns_of, raw_tables

TOLD = ("records", "loaded", "duplicate", "quarantined", "erased")


class Stored(NamedTuple):
    """Table -> its rows by identity (a multiset); table -> sums of its money; sums of the ledger; sha256 -> records of each file."""

    rows: dict[str, Counter[object]]
    money: dict[str, tuple[int | None, ...]]
    ledger: dict[str, int]
    files: dict[str, int]


def stored(con: duckdb.DuckDBPyConnection) -> Stored:
    tables = [table for table in raw_tables() if table != "config_event"]
    [sums] = con.execute(f"select {', '.join(f'coalesce(sum({name}), 0)' for name in TOLD)} from raw.ledger").fetchall()
    ledger = dict(zip(TOLD, sums, strict=True))
    [[refused]] = con.execute("select count(*) from raw.quarantine").fetchall()
    assert refused == ledger["quarantined"]
    # which of two tellings is the duplicate depends on which is loaded first
    ledger["loaded or duplicate"] = ledger.pop("loaded") + ledger.pop("duplicate")
    return Stored(
        {table: Counter(row for (row,) in con.execute(f"select row_id from raw.{table}").fetchall()) for table in tables},
        {table: _money(con, table) for table in tables},
        ledger,
        dict(con.execute("select sha256, records from raw.ledger").fetchall()),
    )


def _money(con: duckdb.DuckDBPyConnection, table: str) -> tuple[int | None, ...]:
    names = [column.name for column in columns_of(table) if column.name.endswith("_minor")]
    return con.execute(f"select {', '.join(f'sum({name})' for name in names) or 'count(*)'} from raw.{table}").fetchall()[0]


def stored_at(home: Home) -> Stored:
    """What the warehouse file of a home holds."""
    with open_warehouse(home.warehouse) as con:
        return stored(con)


@contextmanager
def in_memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse without a file."""
    with duckdb.connect(config={"python_enable_replacements": "false", "threads": 1}) as con:
        con.execute("set TimeZone = 'UTC'")
        yield con


@contextmanager
def rebuilt(home: Home) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[Path, str]]]:
    """Landing loaded again, into memory; and what was refused, with the reason."""
    with in_memory() as con:
        yield con, open_loader(home, con).load_landed().refused
