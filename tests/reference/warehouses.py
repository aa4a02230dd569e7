"""An in-memory warehouse for tests: stores canonical rows as the loader does, refreshes models, reads tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import duckdb
import msgspec
import pyarrow as pa

from pipelines.attribution.solvers import SOLVERS
from pipelines.sources.rows import Row
from warehouse.connection import transaction
from warehouse.dirty import mark_all_dirty, mark_consumers
from warehouse.models import Model, load_models
from warehouse.raw_tables import columns_of, create_raw_tables
from warehouse.refresh import refresh, reset_outdated

_EPOCH = date(1970, 1, 1)


@contextmanager
def memory_warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty warehouse whose models are all computed (so every table exists, with its types)."""
    con = duckdb.connect(config={"python_enable_replacements": "false"})
    try:
        con.execute("set TimeZone = 'UTC'")
        con.execute(f"attach '{Path(_empty().name) / 'empty.duckdb'}' as empty (read_only)")
        con.execute("copy from database empty to memory")
        con.execute("detach empty")
        yield con
    finally:
        con.close()


@cache
def _empty() -> TemporaryDirectory[str]:
    """A folder with the file of an empty warehouse: to compute every model takes five seconds, to copy their tables a tenth."""
    folder = TemporaryDirectory()
    with duckdb.connect(Path(folder.name) / "empty.duckdb", config={"python_enable_replacements": "false"}) as con:
        con.execute("set TimeZone = 'UTC'")
        create_raw_tables(con)
        reset_outdated(con, load_models())
        refresh_all(con)
    return folder


def row_id(row: Row) -> UUID:
    """A row's name: equal rows, equal names."""
    return UUID(bytes=blake2b(f"{row.table}|".encode() + msgspec.json.encode(row), digest_size=16).digest())


def store(con: duckdb.DuckDBPyConnection, rows: Iterable[Row]) -> None:
    """Adds the rows that are not stored yet and marks what they dirty."""
    by_table: dict[str, dict[UUID, Row]] = {}
    for row in rows:
        by_table.setdefault(row.table, {})[row_id(row)] = row
    for table, told in by_table.items():
        columns = columns_of(table)
        types = ", ".join(f"cast({column.name} as {column.kind}) as {column.name}" for column in columns)
        with transaction(con):
            values = {column.name: [_value(row, column.name, key) for key, row in told.items()] for column in columns}
            con.register("told", pa.table(values))
            con.execute(f"create temp table arriving as select {types} from told")
            con.unregister("told")
            con.execute(f"delete from arriving where row_id in (select row_id from raw.{table})")
            con.execute(f"insert into raw.{table} select * from arriving")
            mark_consumers(con, f"raw.{table}", "arriving")
            con.execute("drop table arriving")


def put(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Adds rows to the table of any model, as if it had computed them, and marks what they dirty. What is not told is null."""
    if rows:
        types = {name: kind for name, kind, *_ in con.execute(f"describe {table}").fetchall()}
        with transaction(con):
            con.register("told", pa.table({name: [row.get(name) for row in rows] for name in types}))
            casts = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in types.items())
            con.execute(f"create temp table arriving as select {casts} from told")
            con.unregister("told")
            con.execute(f"insert into {table} select * from arriving")
            mark_consumers(con, table, "arriving")
            con.execute("drop table arriving")


def _value(row: Row, column: str, key: UUID) -> Any:
    if column == "row_id":
        return str(key)
    if column in ("segment", "frame", "entry"):
        return "0"
    if column in ("occurred_s", "told_s"):
        return getattr(row, column.removesuffix("_s") + "_ms") // 1000
    if column.endswith("_at"):
        told_ms = getattr(row, column.removesuffix("_at") + "_ms")
        return None if told_ms is None else datetime.fromtimestamp(0, UTC).replace(tzinfo=None) + timedelta(milliseconds=told_ms)
    if column.endswith("_on"):
        return _EPOCH + timedelta(days=getattr(row, column.removesuffix("_on") + "_day"))
    return getattr(row, column)


def refresh_all(con: duckdb.DuckDBPyConnection, *, full: bool = False, models: Sequence[Model] | None = None) -> None:
    """Refreshes what is dirty, or everything."""
    if full:
        mark_all_dirty(con, models or load_models())
    for model in models or load_models():
        refresh(con, model, SOLVERS)


def upstream(*targets: str) -> list[Model]:
    """The targets and all that they read, each after what it reads."""
    models, wanted, waiting = {model.name: model for model in load_models()}, set(), [*targets]
    while waiting:
        name = waiting.pop()
        if name in models and name not in wanted:
            wanted.add(name)
            waiting += [each.name for each in models[name].inputs]
    return [model for name, model in models.items() if name in wanted]


def table_rows(con: duckdb.DuckDBPyConnection, table: str, shop_id: str | None = None) -> list[dict[str, Any]]:
    """The rows of a table as dictionaries, of one shop or all."""
    found = con.execute(f"select * from {table} where ? is null or shop_id = ? order by all", [shop_id, shop_id])
    titles = [column[0] for column in found.description or ()]
    return [dict(zip(titles, row, strict=True)) for row in found.fetchall()]


class ShopTables:
    """The rows of each shop in a warehouse that changes no more; a table is read once."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self._read: dict[str, dict[str, list[dict[str, Any]]]] = {}

    def rows(self, table: str, shop_id: str) -> list[dict[str, Any]]:
        """As `table_rows`."""
        if table not in self._read:
            rows = sorted(table_rows(self.con, table), key=_shop)
            self._read[table] = {shop: list(of_shop) for shop, of_shop in groupby(rows, key=_shop)}
        return self._read[table].get(shop_id, [])


def _shop(row: dict[str, Any]) -> str:
    return str(row["shop_id"])
