"""The warehouse in the hands of one run: the lock and the connection are held from its first step to its last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import duckdb

from pipelines.home import Home
from pipelines.lock import run_lock
from warehouse.connection import REFRESH_MEMORY_LIMIT, open_warehouse
from warehouse.models import load_models
from warehouse.raw_version import prepare_raw_tables
from warehouse.refresh import reset_outdated


@dataclass
class WarehouseRun:
    """What the steps of a run share. `refreshed_days` gathers the days that day-partitioned tables recomputed."""

    home: Home
    con: duckdb.DuckDBPyConnection
    waited_seconds: float
    is_emptied: bool = False  # its file was made by another version, and is filled again from landing
    refreshed_days: set[date] = field(default_factory=set)


@contextmanager
def hold_warehouse(home: Home) -> Iterator[WarehouseRun]:
    """Waits for run.lock, opens the warehouse, and brings its tables to this version of the models.

    Raises LockTimeout while another run works, and WarehouseUnreadable.
    """
    home.make()
    opened = open_warehouse(home.warehouse, temp=home.tmp, memory_limit=REFRESH_MEMORY_LIMIT)
    with run_lock(home) as waited_seconds, opened as con:
        is_emptied = prepare_raw_tables(con)
        reset_outdated(con, load_models())
        yield WarehouseRun(home, con, waited_seconds, is_emptied)
