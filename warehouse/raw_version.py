"""A warehouse file made by another version: its raw tables are dropped, and the load fills them again from landing."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb

from warehouse.connection import transaction
from warehouse.models import load_models
from warehouse.raw_tables import RAW, create_raw_tables

_Column = tuple[str, str, bool]  # name, type, whether it may be null
_STORED = """
select table_name, column_name, lower(data_type), is_nullable from duckdb_columns() where schema_name = 'raw' order by column_index
"""


def outdated_tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Stored raw tables whose columns are not those of their files."""
    stored: dict[str, list[_Column]] = {}
    for table, *column in con.execute(_STORED).fetchall():
        stored.setdefault(table, []).append(tuple(column))
    return sorted(path.stem for path in RAW.glob("*.sql") if path.stem in stored and stored[path.stem] != _declared(path))


@cache
def _declared(path: Path) -> list[_Column]:
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("    ")]
    return [(name, kind.strip(","), rest[:2] not in (["not", "null"], ["not", "null,"])) for name, kind, *rest in lines]


def prepare_raw_tables(con: duckdb.DuckDBPyConnection) -> bool:
    """Creates what is missing; starts anew, without a row, where a table is of another version. Returns whether it did that."""
    if outdated_tables(con):
        empty_warehouse(con)
        return True
    with transaction(con):
        create_raw_tables(con)
    return False


def empty_warehouse(con: duckdb.DuckDBPyConnection) -> None:
    """Drops every table and creates those of raw, all or nothing. An empty ledger is what makes the next load read all of landing."""
    with transaction(con):
        for model in load_models():
            con.execute(f"drop table if exists {model.name}")
        for path in RAW.glob("*.sql"):
            con.execute(f"drop table if exists raw.{path.stem}")
        create_raw_tables(con)
