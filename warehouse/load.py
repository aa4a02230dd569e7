"""Loads canonical segments: their rows, quarantine, ledger rows and dirty keys, in one transaction."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse.connection import transaction
from warehouse.dirty import mark_consumers
from warehouse.raw_tables import SEGMENT, canonical_columns, raw_tables, select_list

BATCH_BYTES = 32 << 20  # compressed: about a million rows of message traffic
QUARANTINE_COLUMNS = {"frame": "integer", "entry": "integer", "source": "varchar", "reason": "varchar", "field": "varchar"}
DRIFT_COLUMNS = dict.fromkeys(("source", "path", "kind", "json_type"), "varchar") | {
    "first_frame": "integer",
    "last_frame": "integer",
    "count": "bigint",
}


class LoadUnconfirmed(Exception):
    """The commit did not leave a ledger row: nothing was loaded."""


class RowsLost(Exception):
    """Files that are loaded again tell less than before."""


@dataclass(frozen=True)
class LedgerRow:
    """What became of one landed file. records = loaded + duplicate + quarantined + erased.

    `touched_keys` counts the dirty keys that the load made which held the file.
    """

    path: str
    source: str
    sha256: str
    segment: str
    landed_at: datetime
    records: int
    loaded: int = 0
    duplicate: int = 0
    quarantined: int = 0
    erased: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    assets: tuple[tuple[str, str], ...] = ()
    touched_keys: int = 0


def load_canonical(con: duckdb.DuckDBPyConnection, canonical: Path, files: list[LedgerRow]) -> list[LedgerRow]:
    """Loads the canonical folders of `files` in one transaction, and completes their ledger rows with what became of them.

    `files` hold what landing and normalise counted. Raises LoadUnconfirmed where a ledger row cannot be read back.
    """
    with transaction(con):
        rows = _load(con, canonical, files)
    stored = {sha for (sha,) in con.execute("select sha256 from raw.ledger").fetchall()}
    if not stored.issuperset(row.sha256 for row in rows):
        raise LoadUnconfirmed(f"{files[0].path}: the load was not committed")
    return rows


def load_again(con: duckdb.DuckDBPyConnection, canonical: Path, files: list[LedgerRow]) -> list[LedgerRow]:
    """Loads `files` in place of what is loaded of them, in one transaction.

    Raises RowsLost, and changes nothing, where a row of theirs is told no more: another file may still tell it.
    """
    segments = [file.segment for file in files]
    with transaction(con):
        con.execute("create or replace temp table earlier (table_name varchar, row_id uuid)")
        for table in raw_tables():
            con.execute(f"insert into earlier select '{table}', row_id from raw.{table} where segment in (select unnest(?))", [segments])
        for table in (*raw_tables(), "quarantine", "schema_drift", "ledger"):
            con.execute(f"delete from raw.{table} where segment in (select unnest(?))", [segments])
        rows = _load(con, canonical, files)
        for table in raw_tables():
            stored = f"select row_id from raw.{table} where segment in (select unnest(?))"
            con.execute(f"delete from earlier where table_name = '{table}' and row_id in ({stored})", [segments])
        if lost := _count(con, "select count(*) from earlier"):
            raise RowsLost(f"{lost} rows are told no more")
    return rows


def _load(con: duckdb.DuckDBPyConnection, canonical: Path, files: list[LedgerRow]) -> list[LedgerRow]:
    before = _count(con, "select count(*) from raw.dirty")
    loaded: Counter[str] = Counter()
    numbers_repeats = any("orders_table" in file.source for file in files)
    for table in raw_tables():
        for paths in _batches(_files_of(canonical, files, table)):
            loaded.update(_load_table(con, table, paths, numbers_repeats))
    if refused := _files_of(canonical, files, "quarantine"):
        _load_quarantine(con, [str(path) for path in refused])
    if drifted := _files_of(canonical, files, "schema_drift"):
        _load_drift(con, [str(path) for path in drifted])
    touched = _count(con, "select count(*) from raw.dirty") - before
    rows = [_completed(file, loaded[file.segment], touched) for file in files]
    for row in rows:
        _write_ledger(con, row)
    return rows


def _files_of(canonical: Path, files: list[LedgerRow], table: str) -> list[Path]:
    return [path for file in files for path in sorted((canonical / file.segment).glob(f"{table}.*"))]


def _batches(paths: list[Path]) -> Iterator[list[str]]:
    """The files in groups of about BATCH_BYTES, so that memory does not grow with the size of a load."""
    batch: list[str] = []
    size = 0
    for path in paths:
        batch.append(str(path))
        size += path.stat().st_size
        if size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _completed(file: LedgerRow, loaded: int, touched_keys: int) -> LedgerRow:
    duplicate = file.records - file.quarantined - file.erased - loaded
    return replace(file, loaded=loaded, duplicate=duplicate, touched_keys=touched_keys)


def _write_ledger(con: duckdb.DuckDBPyConnection, row: LedgerRow) -> None:
    con.execute(
        "insert into raw.ledger values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(row.sha256, row.path, row.segment, row.source, row.landed_at),
            *(row.records, row.loaded, row.duplicate, row.quarantined, row.erased),
            *(json.dumps(row.reasons, sort_keys=True), json.dumps(row.assets), row.touched_keys),
        ],
    )


def _load_table(con: duckdb.DuckDBPyConnection, table: str, paths: list[str], numbers_repeats: bool) -> Counter[str]:
    """Adds the rows of one table that are not stored yet; returns per segment how many of them are primary."""
    con.execute(
        f"create temp table told as select {select_list(table)}, coalesce(is_primary, false) as is_primary"
        f" from {_canonical(canonical_columns(table))}",
        {"paths": paths},
    )
    if numbers_repeats and table in ("order_line", "refund"):
        con.execute(_sql(f"number_repeats_{table}"))
    if table == "identity_link":
        con.execute(_sql("share_links_in_group"))
    con.execute(_sql("drop_repeats"))
    # equal rows have equal times, so only the stored rows of the told time range can be equal
    con.execute(
        f"""
        delete from told where rowid in (
            select told.rowid from told join raw.{table} as stored on stored.row_id = told.row_id
            where stored.occurred_at between (select min(occurred_at) from told) and (select max(occurred_at) from told)
        )
        """
    )
    con.execute(f"insert into raw.{table} select * exclude (is_primary) from told")
    mark_consumers(con, f"raw.{table}", "told")
    loaded = Counter(dict(con.execute("select segment, count(*) from told where is_primary group by segment").fetchall()))
    con.execute("drop table told")
    return loaded


def _load_quarantine(con: duckdb.DuckDBPyConnection, paths: list[str]) -> None:
    con.execute(
        f"insert into raw.quarantine select {SEGMENT}, frame, entry, source, reason, coalesce(field, '')"
        f" from {_canonical(QUARANTINE_COLUMNS)}",
        {"paths": paths},
    )


def _load_drift(con: duckdb.DuckDBPyConnection, paths: list[str]) -> None:
    con.execute(
        f"insert into raw.schema_drift select {SEGMENT}, {', '.join(DRIFT_COLUMNS)} from {_canonical(DRIFT_COLUMNS)}",
        {"paths": paths},
    )


def _canonical(columns: dict[str, str]) -> str:
    """Canonical files as a relation; `$paths` is bound. They are written by normalise, so they may be read by DuckDB."""
    told = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    return f"read_json($paths, format = 'newline_delimited', compression = 'zstd', filename = true, columns = {{{told}}})"


def _sql(name: str) -> str:
    return (Path(__file__).parent / "raw_load" / f"{name}.sql").read_text(encoding="utf-8")


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    [[count]] = con.execute(query).fetchall()
    return int(count)
