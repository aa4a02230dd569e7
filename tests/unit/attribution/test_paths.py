"""Counting paths: equal ones are one, in order of their channels' names, and nothing is lost."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.attribution.paths import counted, told
from tests.unit.attribution.worlds import paths_of

# longer than a word of packed touches, and often alike up to there
long_paths = st.lists(
    st.builds(lambda begin, times, end: begin * times + end, st.text("abc", max_size=3), st.integers(0, 30), st.text("abcd", max_size=2)),
    max_size=12,
)


@given(long_paths)
@example(["a" * 31, "a" * 32, "a" * 33, "a" * 64, "a" * 65, "a" * 31])
def test_equal_paths_are_one(paths: list[str]) -> None:
    expected = Counter(path for path in paths if path)
    found = told([(list(path), 1, 10, 100) for path in paths])
    assert list(map("".join, paths_of(found))) == sorted(expected)
    assert found.conversions.tolist() == [expected[path] for path in sorted(expected)]
    assert (found.value.tolist(), found.nulls.tolist()) == ((found.conversions * 10).tolist(), (found.conversions * 100).tolist())


@given(st.lists(st.lists(st.integers(0, 9_999), max_size=8), max_size=8))
def test_many_channels(paths: list[list[int]]) -> None:
    named = [[f"{code:05}" for code in path] for path in paths]
    assert paths_of(told([(path, 1, 1, 1) for path in named])) == sorted({tuple(path): path for path in named if path}.values())


def test_channels_of_one_name_are_one_and_those_of_no_row_are_none() -> None:
    three = np.array([1.0, 2.0, 4.0])
    found = counted(("b", "a", "never", "b"), np.array([0, 1, 3, 1]), np.array([0, 2, 2, 4]), three, three, three)
    assert (found.channels, paths_of(found), found.conversions.tolist()) == (("a", "b"), [["b", "a"]], [5])
