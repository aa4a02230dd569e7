"""Incremental equals full: any split, order, repetition and lateness of the raw rows gives the same tables."""

from __future__ import annotations

from random import Random

import duckdb
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.sources.rows import ConfigEvent, ConsentEvent, FxRate, IdentityLink, OrderReference, Refund, Row
from tests.reference.fx import rate_rows, settings_rows
from tests.reference.warehouses import memory_warehouse, refresh_all, store, table_rows
from tests.reference.worlds import World
from warehouse.models import load_models

SHOPS = 30
OFTEN_LATE = (OrderReference, IdentityLink, Refund, ConsentEvent, FxRate, ConfigEvent)


def tables(con: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, object]]]:
    """Every model's rows, in one order."""
    return {model.name: table_rows(con, model.name) for model in load_models()}


def schedule(random: Random, rows: list[Row]) -> list[list[Row]]:
    """Batches that hold every row at least once, some twice, in any order: most rows first, and what is often late, later."""
    batches: list[list[Row]] = [[] for _ in range(random.randint(3, 5))]
    for row in [*rows, *random.sample(rows, len(rows) // 5)]:
        first = 1 if isinstance(row, OFTEN_LATE) else 10
        random.choices(batches, [first, *[1] * (len(batches) - 1)])[0].append(row)
    for batch in batches:
        random.shuffle(batch)
    return batches


@settings(max_examples=2, deadline=None, phases=[Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_incremental_equals_full(seed: int) -> None:
    rows = rate_rows(seed)
    for number in range(SHOPS):
        rows += World(seed + number, f"shop-{number}").rows + settings_rows(seed, f"shop-{number}")
    with memory_warehouse() as once, memory_warehouse() as bit_by_bit:
        store(once, rows)
        refresh_all(once)
        for batch in schedule(Random(seed), rows):
            store(bit_by_bit, batch)
            refresh_all(bit_by_bit)
        expected = tables(once)
        for name, found in tables(bit_by_bit).items():
            assert expected[name] == found, name
        refresh_all(once, full=True)
        assert expected == tables(once)
