"""Incremental equals full: any split, order, repetition and lateness of the raw rows gives the same tables."""

from __future__ import annotations

from random import Random

import duckdb
import pytest

from pipelines.sources.rows import ConfigEvent, ConsentEvent, FxRate, IdentityLink, OrderReference, Refund, Row
from tests.properties.figures import SCHEDULES, SHOPS
from tests.properties.random_worlds import Worlds
from tests.reference.warehouses import memory_warehouse, refresh_all, store
from warehouse.models import load_models

OFTEN_LATE = (OrderReference, IdentityLink, Refund, ConsentEvent, FxRate, ConfigEvent)
BATCHES = 5


def schedule(random: Random, rows: list[Row]) -> list[list[Row]]:
    """Batches that hold every row at least once, some twice, in any order: most rows first, and what is often late, later."""
    batches: list[list[Row]] = [[] for _ in range(random.randint(3, BATCHES))]
    for row in [*rows, *random.sample(rows, len(rows) // 5)]:
        first = 1 if isinstance(row, OFTEN_LATE) else 10
        random.choices(batches, [first, *[1] * (len(batches) - 1)])[0].append(row)
    for batch in batches:
        random.shuffle(batch)
    return batches + [[]] * (BATCHES - len(batches))


def test_incremental_equals_full(worlds: Worlds, request: pytest.FixtureRequest) -> None:
    """Each shop has a schedule of its own; then everything is rebuilt from what the first of them left."""
    place = request.node.callspec.indices["worlds"]
    if place >= SCHEDULES // SHOPS:
        pytest.skip(f"{SCHEDULES} schedules are enough")
    told = [worlds.rate_rows, *worlds.rows.values()]
    schedules = [schedule(Random(f"{worlds.seed} {number}"), rows) for number, rows in enumerate(told)]
    assert len(schedules) == SHOPS + 1
    with memory_warehouse() as bit_by_bit:
        for batch in zip(*schedules, strict=True):
            store(bit_by_bit, [row for rows in batch for row in rows])
            refresh_all(bit_by_bit)
        assert_same_tables(worlds.con, bit_by_bit)
        if place == 0:
            refresh_all(bit_by_bit, full=True)
            assert_same_tables(worlds.con, bit_by_bit)


def assert_same_tables(at_once: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection) -> None:
    for model in load_models():
        expected, found = (con.sql(f"select * from {model.name} order by all").to_arrow_table() for con in (at_once, other))
        if not expected.equals(found):
            rows, others = (set(map(str, table.to_pylist())) for table in (expected, found))
            raise AssertionError(f"{model.name}: at once {sorted(rows - others)[:3]}, bit by bit {sorted(others - rows)[:3]}")
