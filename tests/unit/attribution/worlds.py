"""Small made-up path tables."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from pipelines.attribution.paths import Paths

Row = tuple[list[str], int, int, int]

path = st.lists(st.sampled_from(["a", "b", "c", "Direct"]), min_size=1, max_size=6)
converting = st.tuples(path, st.integers(1, 4), st.integers(0, 900), st.integers(0, 5))
row = converting | st.tuples(path, st.just(0), st.just(0), st.integers(0, 5))
rows = st.lists(row, min_size=1, max_size=10)


def paths_of(paths: Paths) -> list[list[str]]:
    """The channels of each path."""
    bounds = paths.offsets.tolist()
    return [[paths.channels[code] for code in paths.codes[begin:end]] for begin, end in pairwise(bounds)]
