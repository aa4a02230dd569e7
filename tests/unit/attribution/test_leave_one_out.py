"""Leave-one-out finds a path without a touch exactly, and tells only the paths that differ from equal shares."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.attribution import leave_one_out
from pipelines.attribution.paths import Paths, told
from pipelines.attribution.solvers import path_effect
from tests.unit.attribution import plain_models as plain
from tests.unit.attribution.worlds import Row, rows


@given(rows)
@settings(max_examples=40, deadline=None)
def test_paths_that_share_a_hash_are_told_apart(world: list[Row]) -> None:
    paths = told(world)
    expected = leave_one_out.shares(paths).tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leave_one_out, "_hashes", all_alike)
        assert leave_one_out.shares(paths).tolist() == expected


def all_alike(paths: Paths) -> tuple[leave_one_out.Hashes, leave_one_out.Hashes]:
    return np.zeros(len(paths), np.uint64), np.zeros(len(paths.codes), np.uint64)


@given(st.lists(st.tuples(st.sampled_from(["2026-03-01", "2026-04-01"]), rows), max_size=3))
@settings(max_examples=60, deadline=None)
def test_a_path_without_rows_is_shared_equally(months: list[tuple[str, list[Row]]]) -> None:
    world: dict[str, list[Row]] = defaultdict(list)
    for month, journeys in months:
        world[month] += journeys
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
