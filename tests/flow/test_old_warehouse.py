"""A warehouse file of another version is a cache like any other: it is filled again from landing, and a line says so."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.home import Home
from pipelines.loading import EMPTIED
from tests.flow.test_intake_order import _rows, _take
from tests.flow.test_same_reports import published_digests, threadmart
from warehouse.connection import open_warehouse
from warehouse.raw_tables import create_raw_tables, raw_tables
from warehouse.raw_version import outdated_tables

CHANGES = (
    "alter table raw.message_event drop column app",
    "alter table raw.ledger add column note varchar",
    "alter table raw.touch alter column occurred_s type integer",
    "alter table raw.refund alter column row_id drop not null",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("old")
    threadmart(folder / "unused", "simulate", folder / "world", "--shops", 2, "--days", 5, "--events", 600)
    return folder / "world"


def test_a_warehouse_of_this_version_is_not_outdated() -> None:
    with duckdb.connect() as con:
        create_raw_tables(con)
        assert outdated_tables(con) == []


@pytest.mark.parametrize("change", CHANGES)
def test_other_columns_are_noticed(change: str) -> None:
    with duckdb.connect() as con:
        create_raw_tables(con)
        con.execute(change)
        assert outdated_tables(con) == [change.split()[2].removeprefix("raw.")]


def test_a_run_fills_an_old_warehouse_again(world: Path, tmp_path: Path) -> None:
    threadmart(tmp_path, "ingest", world)
    threadmart(tmp_path, "run")
    before = published_digests(tmp_path)
    with open_warehouse(tmp_path / "warehouse.duckdb") as con:
        con.execute(CHANGES[0])
    assert EMPTIED in threadmart(tmp_path, "run").splitlines()
    assert published_digests(tmp_path) == before
    assert threadmart(tmp_path, "run") == "Nothing new.\n"


def test_an_ingest_fills_an_old_warehouse_again(world: Path, tmp_path: Path) -> None:
    home = Home(tmp_path)
    _take(home, [world])
    before = _rows(home)
    with open_warehouse(home.warehouse) as con:
        con.execute(CHANGES[1])
    [done] = _take(home, [world])
    assert done.is_emptied
    assert all(file.duplicate == file.records for file in done.files)
    assert _rows(home) == before
    assert set(before) < set(raw_tables())
