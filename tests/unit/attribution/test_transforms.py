"""Path transforms give the vectors of fractribution's port, and lose no conversion."""

from __future__ import annotations

import pytest
from hypothesis import given

from pipelines.attribution import transforms
from pipelines.attribution.paths import Paths, told
from tests.unit.attribution.worlds import paths_of, rows

LONG = "a>a>a>Direct>a>Direct>Direct"
VECTORS = {
    "unique": (LONG, LONG),
    "exposure": (LONG, "a>Direct>a>Direct"),
    "first": (LONG, "a>Direct"),
    "frequency": (LONG, "a(4)>Direct(3)"),
    "remove_if_not_all": (LONG, "a>a>a>a"),
    "remove_if_last_and_not_all": (LONG, "a>a>a>Direct>a"),
}


def transformed(name: str, paths: Paths) -> Paths:
    if name in transforms.PLAIN:
        return transforms.PLAIN[name](paths)
    return transforms.OF_A_CHANNEL[name](paths, "Direct")


def shown(paths: Paths) -> list[str]:
    return [">".join(path) for path in paths_of(paths)]


@pytest.mark.parametrize("name", VECTORS)
def test_the_known_vector(name: str) -> None:
    given_path, expected = VECTORS[name]
    assert shown(transformed(name, told([(given_path.split(">"), 1, 2, 3)]))) == [expected]


@pytest.mark.parametrize("name", transforms.OF_A_CHANNEL)
def test_a_path_of_the_channel_alone_is_left_whole(name: str) -> None:
    assert shown(transformed(name, told([(["Direct", "Direct"], 1, 2, 3)]))) == ["Direct>Direct"]


def test_trim_keeps_the_most_recent() -> None:
    paths = told([(LONG.split(">"), 1, 2, 3), (["b"], 1, 0, 0)])
    assert shown(transforms.trimmed(paths, 2)) == ["Direct>Direct", "b"]


@given(rows)
def test_no_transform_loses_a_conversion(world: list[tuple[list[str], int, int, int]]) -> None:
    paths = told(world)
    for name in VECTORS:
        found = transformed(name, paths)
        for kind in ("conversions", "value", "nulls"):
            assert getattr(found, kind).sum() == getattr(paths, kind).sum()
        assert shown(transformed(name, found)) == shown(found) or name == "frequency"
