"""How much is tried, so that nobody tries less by accident."""

from __future__ import annotations

from tests.properties.figures import IS_LARGE, SCHEDULES, SHOPS, WORLDS


def test_enough_is_tried() -> None:
    assert ((1000, 200) if IS_LARGE else (200, 50)) == (WORLDS, SCHEDULES)
    assert WORLDS % SHOPS == SCHEDULES % SHOPS == 0
