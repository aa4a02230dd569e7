"""The solvers of SQL models: what they tell of whom, and that nothing but the paths changes it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.attribution import solvers
from pipelines.attribution.solvers import SOLVERS, path_effect
from tests.unit.attribution import plain_models as plain
from tests.unit.attribution.worlds import Row, rows

months = st.lists(st.tuples(st.sampled_from(["2026-03-01", "2026-04-01"]), rows), max_size=3)


@given(months)
@settings(max_examples=60, deadline=None)
def test_a_path_without_rows_is_shared_equally(told: list[tuple[str, list[Row]]]) -> None:
    world = by_month(told)
    found: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    for row in path_effect(month_paths(world)).sort_by("place").to_pylist():
        found[str(row["month_on"]), tuple(row["path"].split(" > "))].append(row["share_ppb"])
    for month, journeys in world.items():
        converting = {path for path, counts in plain.distinct(journeys).items() if counts[0]}
        for path, shares in plain.leave_one_out(journeys).items():
            lacking = {path[:at] + path[at + 1 :] for at in range(len(path))}
            expected = [round(share * 10**9) for share in shares] if path in converting and lacking & converting else []
            assert found[month, path] == pytest.approx(expected, abs=1)
            if path in converting and not expected:
                assert set(shares) == {Fraction(1, len(path))}


@pytest.mark.parametrize("solver", ["channel_effect", "path_effect"])
@given(months, st.randoms(use_true_random=False), st.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_neither_the_order_of_rows_nor_the_threads_change_anything(
    solver: str, told: list[tuple[str, list[Row]]], chance, threads: int
) -> None:  # type: ignore[no-untyped-def]
    table = month_paths(by_month(told))
    places = list(range(len(table)))
    chance.shuffle(places)
    expected = SOLVERS[solver](table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solvers, "cores", lambda: threads)
        assert SOLVERS[solver](table.take(pa.array(places, pa.int64()))).equals(expected)


def by_month(told: list[tuple[str, list[Row]]]) -> dict[str, list[Row]]:
    world: dict[str, list[Row]] = defaultdict(list)
    for month, journeys in told:
        world[month] += journeys
    return world


def month_paths(world: dict[str, list[Row]]) -> pa.Table:
    """Rows of attribution.month_path."""
    lines = [
        ("shop", date.fromisoformat(month), "purchase", "7d_click", " > ".join(path), *counts)
        for month, journeys in world.items()
        for path, counts in plain.distinct(journeys).items()
    ]
    names = ("shop_id", "month_on", "conversion_type", "attribution_window", "path", "conversions", "value_minor", "nulls")
    kinds = (pa.string(), pa.date32(), *([pa.string()] * 3), *([pa.int64()] * 3))
    return pa.Table.from_pylist([dict(zip(names, line, strict=True)) for line in lines], pa.schema(list(zip(names, kinds, strict=True))))
