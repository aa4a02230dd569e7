"""Loads one canonical segment: its rows, quarantine, ledger row and dirty keys, in one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse.connection import transaction
from warehouse.dirty import mark_consumers
from warehouse.raw_tables import canonical_columns, raw_tables, select_list

QUARANTINE_COLUMNS = {"frame": "integer", "entry": "integer", "source": "varchar", "reason": "varchar", "field": "varchar"}


class LoadUnconfirmed(Exception):
    """The commit did not leave a ledger row: nothing was loaded."""


@dataclass(frozen=True)
class LedgerRow:
    """What became of one landed file. records = loaded + duplicate + quarantined + erased."""

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


def load_canonical(con: duckdb.DuckDBPyConnection, folder: Path, facts: LedgerRow) -> LedgerRow:
    """Loads the canonical rows in `folder`. `facts` holds what landing and normalise counted; returns it completed.

    Raises LoadUnconfirmed where the ledger row cannot be read back after the commit.
    """
    with transaction(con):
        con.execute("set variable segment = $segment", {"segment": facts.segment})
        before = _count(con, "select count(*) from raw.dirty")
        told = [(table, path) for table in raw_tables() if (path := folder / f"{table}.ndjson.zst").exists()]
        loaded = sum(_load_table(con, table, path, facts.source) for table, path in told)
        if facts.quarantined:
            _load_quarantine(con, folder / "quarantine.ndjson.zst")
        touched = _count(con, "select count(*) from raw.dirty") - before
        duplicate = facts.records - facts.quarantined - facts.erased - loaded
        row = LedgerRow(**{**facts.__dict__, "loaded": loaded, "duplicate": duplicate, "touched_keys": touched})
        con.execute(
            "insert into raw.ledger values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(row.sha256, row.path, row.segment, row.source, row.landed_at),
                *(row.records, row.loaded, row.duplicate, row.quarantined, row.erased),
                *(json.dumps(row.reasons, sort_keys=True), json.dumps(row.assets), row.touched_keys),
            ],
        )
    if not con.execute("select 1 from raw.ledger where sha256 = ?", [facts.sha256]).fetchall():
        raise LoadUnconfirmed(f"{facts.path}: the load was not committed")
    return row


def _load_table(con: duckdb.DuckDBPyConnection, table: str, path: Path, source: str) -> int:
    """Adds the rows of one table that are not stored yet; returns how many of them are primary."""
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in canonical_columns(table).items())
    told = f"read_json($path, format = 'newline_delimited', compression = 'zstd', columns = {{{columns}}})"
    con.execute(f"create temp table told as select {select_list(table)}, coalesce(is_primary, false) as is_primary from {told}", {"path": str(path)})
    if table in ("order_line", "refund") and "orders_table" in source:
        con.execute((Path(__file__).parent / "raw_load" / f"number_repeats_{table}.sql").read_text(encoding="utf-8"))
    # equal rows have equal times, so only the stored rows of the told time range can be equal
    con.execute(
        f"""
        create temp table arriving as
        select told.* from told
        join (
            select arg_min(rowid, (not is_primary, frame, entry)) as first_rowid from told group by row_id
        ) as firsts on told.rowid = firsts.first_rowid
        where not exists (
            select 1 from raw.{table} as stored
            where stored.row_id = told.row_id
              and stored.occurred_at between (select min(occurred_at) from told) and (select max(occurred_at) from told)
        )
        """
    )
    con.execute(f"insert into raw.{table} select * exclude (is_primary) from arriving order by occurred_at, row_id")
    mark_consumers(con, f"raw.{table}", "arriving")
    loaded = _count(con, "select count(*) from arriving where is_primary")
    con.execute("drop table arriving")
    con.execute("drop table told")
    return loaded


def _load_quarantine(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in QUARANTINE_COLUMNS.items())
    con.execute(
        "insert into raw.quarantine select getvariable('segment'), frame, entry, source, reason, coalesce(field, '')"
        f" from read_json($path, format = 'newline_delimited', compression = 'zstd', columns = {{{columns}}})",
        {"path": str(path)},
    )


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0
