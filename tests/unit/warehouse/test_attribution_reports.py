"""The reports that explain attribution: equal to a plain telling, whole whatever arrives when, and intervals that hold the truth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.reference import attribution_reports as plain
from tests.reference.path_rows import Paths
from tests.reference.warehouses import memory_warehouse, put, refresh_all, table_rows
from warehouse.dirty import existing_tables
from warehouse.models import load_models

GIVEN = (
    *("staging.orders", "staging.store_sale", "attribution.path_touch", "attribution.path"),
    *("attribution.touch_credit", "reports.attribution"),
)
COMPUTED = (
    *("attribution.conversion_value", "attribution.customer_credit"),
    *("attribution.credit_replicate", "attribution.credit_bound", "attribution.credit_spread"),
    *("reports.attribution_path", "reports.attribution_lag", "reports.attribution_assist", "reports.attribution_disagreement"),
    "reports.attribution_interval",
)
MODELS = [model for model in load_models() if model.name in COMPUTED]


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with memory_warehouse() as con:
        yield con


def emptied(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    for table in existing_tables(con):
        con.execute(f"delete from {table}")
    return con


def given_rows(paths: Paths) -> dict[str, list[dict[str, Any]]]:
    tables = (paths.orders, paths.receipts, paths.touches, paths.paths, paths.credit, paths.monthly)
    return dict(zip(GIVEN, tables, strict=True))


def comparable(rows: list[dict[str, Any]]) -> list[list[tuple[str, Any]]]:
    return sorted((sorted(row.items()) for row in rows), key=str)


@settings(max_examples=6, deadline=None, phases=[Phase.reuse, Phase.generate], suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_reports_say_what_the_plain_telling_says(warehouse: duckdb.DuckDBPyConnection, seed: int) -> None:
    paths, con = Paths(seed, 60), emptied(warehouse)
    for table, rows in given_rows(paths).items():
        put(con, table, rows)
    refresh_all(con, models=MODELS)
    worth = plain.worth_of(paths.orders, paths.receipts)
    for table, told in {
        "reports.attribution_path": plain.attribution_path(paths.touches, worth),
        "reports.attribution_lag": plain.attribution_lag(paths.touches, worth),
        "reports.attribution_assist": plain.attribution_assist(paths.touches, worth),
        "reports.attribution_disagreement": plain.attribution_disagreement(paths.monthly),
        "attribution.credit_bound": plain.credit_bound(paths.credit, worth),
        "attribution.credit_spread": [],
    }.items():
        assert comparable(told) == comparable(table_rows(con, table)), table
    points = {
        tuple(row[name] for name in ("shop_id", "month_on", "model", "attribution_window", "level_id", "currency")): row
        for row in paths.monthly
        if row["level"] == "channel"
    }
    for row in table_rows(con, "reports.attribution_interval"):
        point = points[tuple(row[name] for name in ("shop_id", "month_on", "model", "attribution_window", "channel", "currency"))]
        assert (row["credited_ppb"], row["net_minor"]) == (point["credited_ppb"], point["net_minor"])


@settings(max_examples=1, deadline=None, phases=[Phase.reuse, Phase.generate], suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_any_split_and_order_gives_the_same_reports(warehouse: duckdb.DuckDBPyConnection, seed: int) -> None:
    tables = given_rows(Paths(seed, 30))
    emptied(warehouse)
    for table, rows in tables.items():
        put(warehouse, table, rows)
    refresh_all(warehouse, models=MODELS)
    expected = {name: table_rows(warehouse, name) for name in COMPUTED}
    emptied(warehouse)
    batches = [(table, row, Random(f"{seed} {number}").randrange(3)) for table in GIVEN for number, row in enumerate(tables[table])]
    for batch in range(3):
        for table in reversed(GIVEN):
            put(warehouse, table, [row for name, row, place in batches if (name, place) == (table, batch)])
        refresh_all(warehouse, models=MODELS)
    assert expected == {name: table_rows(warehouse, name) for name in COMPUTED}


def test_what_is_beyond_the_first_200_paths_is_one_row(warehouse: duckdb.DuckDBPyConnection) -> None:
    paths = Paths(1, 2500)
    con = emptied(warehouse)
    for table, rows in given_rows(paths).items():
        put(con, table, rows)
    refresh_all(con, models=MODELS)
    rows = table_rows(con, "reports.attribution_path")
    assert comparable(rows) == comparable(plain.attribution_path(paths.touches, plain.worth_of(paths.orders, paths.receipts)))
    assert {row["path_rank"] for row in rows} >= {None, 1, 200}
    assert max(row["path_rank"] or 0 for row in rows) == 200
    assert "other paths" in {row["path"] for row in rows}
    assert sum(row["conversions"] for row in rows) == len(paths.paths)


def test_a_customer_is_drawn_once_on_average() -> None:
    assert sum(65_536 - threshold for threshold in plain.THRESHOLDS) == 65_536
    [sql] = [model.sql for model in MODELS if model.name == "attribution.credit_replicate"]
    assert sorted(set(re.findall("'([0-9a-f]{4})'", sql))) == [f"{threshold:04x}" for threshold in plain.THRESHOLDS if threshold < 65_536]
    drawn = [weight for number in range(200) for weight in plain.weights(f"customer {number}")]
    mean = sum(drawn) / len(drawn)
    assert abs(mean - 1) < 0.02
    assert abs(sum((weight - mean) ** 2 for weight in drawn) / len(drawn) - 1) < 0.04
