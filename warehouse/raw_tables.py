"""The raw tables: created from warehouse/raw/*.sql, filled from canonical segments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

RAW = Path(__file__).parent / "raw"
SEGMENT = "split_part(filename, '/', -2)"  # a canonical folder is named for its raw segment
_DESCRIPTION = "-- description: "
_POINTER = ("segment", "frame", "entry")
_SECONDS = {"occurred_s": "occurred_ms // 1000", "told_s": "told_ms // 1000"}
BOOKKEEPING = ("quarantine", "schema_drift", "ledger", "dirty", "model_version")


@cache
def raw_tables() -> tuple[str, ...]:
    """Names of the tables that hold canonical rows."""
    return tuple(path.stem for path in sorted(RAW.glob("*.sql")) if path.stem not in BOOKKEEPING)


def description_of(table: str) -> str:
    """What a raw table holds, from its file's `-- description:` line."""
    lines = (RAW / f"{table}.sql").read_text(encoding="utf-8").splitlines()
    return next(line.removeprefix(_DESCRIPTION) for line in lines if line.startswith(_DESCRIPTION))


def create_raw_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Creates what is missing."""
    there = {name for (name,) in con.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall()}
    missing = [path for path in sorted(RAW.glob("*.sql")) if path.stem not in there]
    if missing:
        con.execute("create schema if not exists raw")
    for path in missing:
        con.execute(path.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Column:
    """A column of a raw table, as its file declares it."""

    name: str
    kind: str
    default: str | None


@cache
def columns_of(table: str) -> tuple[Column, ...]:
    """The columns of a raw table, from its file."""
    body = (RAW / f"{table}.sql").read_text(encoding="utf-8").split("(\n", 1)[1]
    lines = [line.strip().rstrip(",") for line in body.splitlines() if line.startswith("    ")]
    return tuple(Column(line.split()[0], line.split()[1], line.partition(" default ")[2] or None) for line in lines)


def canonical_columns(table: str) -> dict[str, str]:
    """Column name -> DuckDB type of the canonical rows (NDJSON) that fill a raw table."""
    return {"frame": "integer", "entry": "integer", "is_primary": "boolean", **_content(table)}


def _content(table: str) -> dict[str, str]:
    """The canonical columns that make what a row tells: all but its pointer."""
    told = {}
    for column in columns_of(table):
        if column.name in (*_POINTER, *_SECONDS, "row_id"):
            continue
        if column.kind == "timestamp":
            told[column.name.removesuffix("_at") + "_ms"] = "bigint"
        elif column.kind == "date":
            told[column.name.removesuffix("_on") + "_day"] = "integer"
        else:
            told[column.name] = column.kind
    return told


def select_list(table: str) -> str:
    """Expressions that turn canonical rows into raw rows, in the order of the table's columns."""
    return ", ".join(f"{_expression(table, column)} as {column.name}" for column in columns_of(table))


def row_id(table: str) -> str:
    """The identity of a canonical row: an MD5 of its table and content, with no pointer and no arrival time.

    Values stand between U+001F, U+001E stands for null; text that holds either has the lengths of all text told after it.
    """
    content = _content(table)
    text = [name for name, kind in content.items() if kind == "varchar"]
    values = ", ".join(f"coalesce(cast({name} as varchar), chr(30))" for name in content)
    holds_marks = " or ".join(f"contains(concat({', '.join(text)}), chr({mark}))" for mark in (30, 31))
    lengths = ", ".join(f"coalesce(strlen({name}), -1)" for name in text)
    return f"cast(md5_number(concat_ws(chr(31), '{table}', {values}, case when {holds_marks} then concat_ws(',', {lengths}) end)) as uuid)"


def _expression(table: str, column: Column) -> str:
    if column.name == "row_id":
        return row_id(table)
    if column.name == "segment":
        return SEGMENT
    if column.name in _SECONDS:
        return _SECONDS[column.name]
    if column.kind == "timestamp":
        return f"make_timestamp_ms({column.name.removesuffix('_at')}_ms)"
    if column.kind == "date":
        return f"date '1970-01-01' + {column.name.removesuffix('_on')}_day"
    return f"coalesce({column.name}, {column.default})" if column.default else column.name
