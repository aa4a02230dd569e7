"""A body decoded by its source's narrowed wire type is as documented, and tells what it tells by the wire type itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from pipelines.shapes.drift import DriftWatch
from pipelines.shapes.shape import checker_of
from pipelines.simulate.command import simulate
from pipelines.sources.contract import Delivery
from pipelines.sources.registry import SOURCES
from tests.messaging import SENT_MS, event, items, mutated, new_desk
from tests.messaging_bodies import WHATSAPP_BODIES
from tests.unit.sources.test_whole_bodies import BODIES, PLAIN_ITEMS

ODD_ITEMS = (
    event(message={"mid": "m1", "text": "Hi", "mood": "glad"}),
    event(message={"mid": 5, "text": "Hi"}),
    event(delivery={"mids": ["m1"]}),
    event(timestamp="1772366400000", message={"mid": "m1", "text": "Hi"}),
    event(message={"mid": "m1", "attachments": [{"type": "image", "payload": {"url": "u", "width": 3}}]}),
)


def _is_read_once(source: str, body: bytes) -> bool:
    """Whether one decode did; holds it to the two that there would have been."""
    read = SOURCES[source]
    watch = DriftWatch()
    decoded = watch.read(source, read.whole, body, 1)
    if decoded is None:
        return False
    checker = checker_of(source)
    assert checker is not None
    checker.decode(body)
    assert watch.take() == []
    told = [list(read.normalise(Delivery(body, {}, SENT_MS, each), new_desk())) for each in (decoded, None)]
    assert told[0] == told[1]
    return True


@given(body=BODIES | mutated(BODIES), source=st.sampled_from(["messenger", "instagram"]))
def test_a_thread_body_read_once_is_documented_and_tells_the_same(body: Any, source: str) -> None:
    _is_read_once(source, json.dumps(body).encode())


@given(body=st.sampled_from(WHATSAPP_BODIES) | mutated(st.sampled_from(WHATSAPP_BODIES)))
def test_a_whatsapp_body_read_once_is_documented_and_tells_the_same(body: Any) -> None:
    _is_read_once("whatsapp", json.dumps(body).encode())


@pytest.mark.parametrize("item", ODD_ITEMS)
def test_what_is_not_documented_is_looked_through(item: dict[str, Any]) -> None:
    body = json.dumps(items(item)).encode()
    watch = DriftWatch()
    assert watch.read("messenger", SOURCES["messenger"].whole, body, 1) is None
    assert len(watch.take()) == 1


@pytest.mark.parametrize("item", PLAIN_ITEMS)
def test_a_plain_item_is_read_once_where_it_is_documented(item: dict[str, Any]) -> None:
    body = json.dumps(items(item)).encode()
    watch = DriftWatch()
    watch.look("messenger", body, 1)
    assert _is_read_once("messenger", body) is (watch.take() == [])


def test_most_traffic_of_a_world_is_read_once(tmp_path: Path) -> None:
    simulate(tmp_path / "world", shops=3, days=3, events=2000, seed=11)
    once = bodies = 0
    for source in ("messenger", "instagram", "whatsapp"):
        for path in (tmp_path / "world" / "deliveries" / source).iterdir():
            for line in zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read().splitlines():
                once, bodies = once + _is_read_once(source, line), bodies + 1
    assert once > 0.98 * bodies
