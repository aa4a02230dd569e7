"""Random small worlds, refreshed once and looked at by all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from secrets import randbits

import pytest

from tests.properties.figures import SHOPS, WORLDS
from tests.properties.random_worlds import Worlds, refreshed_worlds

# what failed is told anew with PROPERTIES_SEED=<the number in the first shop's name>
SEED = int(os.environ.get("PROPERTIES_SEED") or randbits(32))


@pytest.fixture(scope="session", params=range(0, WORLDS, SHOPS), ids=lambda first: f"world-{SEED + first}")
def worlds(request: pytest.FixtureRequest) -> Iterator[Worlds]:
    """Some of the worlds in a warehouse of their own; each test that asks for them sees every one in turn."""
    with refreshed_worlds(SEED + request.param, SHOPS) as found:
        yield found
