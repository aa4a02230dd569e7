"""Leave-one-out finds a path without a touch exactly, whatever the hashes are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from pipelines.attribution import leave_one_out
from pipelines.attribution.paths import Paths, told
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
