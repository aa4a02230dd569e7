"""Intervals of credit: what chance does to a month, drawn where customers are few and in closed form where they are many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.attribution.spread import MOST_DRAWN, sum_of_squares
from tests.reference.attribution_reports import MODELS
from tests.reference.customer_draws import Rows, Z, months, spread, truth
from tests.reference.warehouses import memory_warehouse, put, refresh_all, table_rows
from warehouse.models import load_models

NAMES = ("customer_credit", "credit_replicate", "credit_bound", "credit_spread")
TABLES = [model for model in load_models() if model.name in {f"attribution.{name}" for name in NAMES}]
ENDS = {"ppb": ("credited_low_ppb", "credited_high_ppb"), "minor": ("net_low_minor", "net_high_minor")}


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with memory_warehouse() as con:
        yield con


def bounds(con: duckdb.DuckDBPyConnection, touches: Rows, orders: Rows) -> tuple[Rows, Rows]:
    """Rows of (attribution.credit_bound, attribution.credit_spread)."""
    put(con, "attribution.touch_credit", touches)
    put(con, "attribution.conversion_value", orders)
    refresh_all(con, models=TABLES)
    return table_rows(con, "attribution.credit_bound"), table_rows(con, "attribution.credit_spread")


def one_crowd(seed: int, count: int, channel: str) -> tuple[Rows, Rows]:
    """So many customers of one channel, each with an order for each model."""
    touches, orders = months(seed, 1, count + 200)
    crowd_touches, crowd_orders = [], []
    of_model: Counter[str] = Counter()
    for touch, order in zip(touches, orders, strict=True):
        [model] = [model for model in MODELS if touch[f"{model}_ppb"]]
        if order["conversion_key"].endswith(".0") and of_model[model] < count:
            key = {"conversion_key": f"{channel} {model} {of_model[model]}"}
            crowd_touches.append({**touch, **key, "channel": channel})
            crowd_orders.append({**order, **key, "customer_key": f"customer {of_model[model]}"})
            of_model[model] += 1
    return crowd_touches, crowd_orders


def amounts(crowd: tuple[Rows, Rows], model: str, unit: str) -> list[int]:
    """What each customer of a crowd is credited with by a model."""
    shares = [touch[f"{model}_ppb"] for touch in crowd[0]]
    return shares if unit == "ppb" else [ppb * order["net_minor"] // 10**9 for ppb, order in zip(shares, crowd[1], strict=True)]


@pytest.mark.parametrize(("customers", "worlds"), [(60, 50), (150, 25)], ids=["bootstrap", "closed form"])
def test_nineteen_of_twenty_intervals_hold_the_truth(warehouse: duckdb.DuckDBPyConnection, customers: int, worlds: int) -> None:
    """Many worlds, each with so many customers a month and model on average; docs/attribution-reports.md tells of fewer."""
    drawn, closed = bounds(warehouse, *months(seed=7, worlds=worlds, customers=customers))
    assert not (drawn and closed)
    rows = drawn + closed
    assert len(rows) == worlds * len(MODELS)
    for truly, (low, high) in zip(truth(customers), ENDS.values(), strict=True):
        assert 0.93 <= sum(row[low] <= truly <= row[high] for row in rows) / len(rows) <= 0.97


def test_the_last_drawn_and_the_first_in_closed_form_agree_within_chance(warehouse: duckdb.DuckDBPyConnection) -> None:
    crowds = {"drawn": one_crowd(3, MOST_DRAWN, "drawn"), "closed": one_crowd(3, MOST_DRAWN + 1, "closed")}
    both = [[*one, *other] for one, other in zip(*crowds.values(), strict=True)]
    drawn, closed = bounds(warehouse, *both)
    assert {(row["channel"], row["customers"]) for row in drawn} == {("drawn", MOST_DRAWN)}
    assert {(row["channel"], row["customers"]) for row in closed} == {("closed", MOST_DRAWN + 1)}
    assert len(drawn) == len(closed) == len(MODELS)
    for rows, crowd in ((drawn, crowds["drawn"]), (closed, crowds["closed"])):
        for row in rows:
            for unit, (low, high) in ENDS.items():
                total, deviation = spread(amounts(crowd, row["model"], unit))
                # an end of 199 replicates has a standard error of 0.19 of the deviation
                tolerance = 0.7 * deviation if rows is drawn else 0.5 + deviation * 1e-12
                assert row[low] == pytest.approx(total - Z * deviation, abs=tolerance), (row["model"], unit)
                assert row[high] == pytest.approx(total + Z * deviation, abs=tolerance), (row["model"], unit)


def test_a_model_that_is_not_solved_has_no_interval(warehouse: duckdb.DuckDBPyConnection) -> None:
    touches, orders = one_crowd(5, MOST_DRAWN + 1, "closed")
    _, closed = bounds(warehouse, [{**touch, "shapley_rate_ppb": None} for touch in touches], orders)
    assert {row["model"] for row in closed} == {*MODELS} - {"shapley_rate"}


@given(amounts=st.lists(st.integers(-(2**62), 2**62), max_size=50))
def test_large_amounts_are_squared_exactly(amounts: list[int]) -> None:
    assert sum_of_squares(np.array(amounts, np.int64)) == sum(amount * amount for amount in amounts)
