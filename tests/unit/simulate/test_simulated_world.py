"""A world is a function of its arguments, of the size asked for, late and repeated as promised, and flat in memory."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.simulate.clock import DAY_MS, ShopClock
from pipelines.simulate.command import WorldTooSmall, simulate
from pipelines.simulate.people import REMEMBERED, People
from pipelines.simulate.world import build_world
from pipelines.simulate.writer import Writer
from tests.reference.world_lines import delivered_lines
from tests.unit.simulate.conftest import EVENTS, Told, taken_apart

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kuwait")


def digests(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def small(folder: Path, seed: int) -> dict[str, str]:
    simulate(folder, shops=3, days=9, events=1500, seed=seed)
    return digests(folder)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first = small(tmp_path / "a", 3)
    assert small(tmp_path / "b", 3) == first
    assert small(tmp_path / "c", 4) != first


@settings(max_examples=15, deadline=None)
@given(shops=st.integers(1, 9), days=st.integers(1, 60), events=st.integers(900, 4000), seed=st.integers())
def test_the_size_is_the_one_asked_for(tmp_path_factory: pytest.TempPathFactory, shops: int, days: int, events: int, seed: int) -> None:
    folder = tmp_path_factory.mktemp("sized")
    reports: list[int] = []
    result = simulate(folder, shops=shops, days=days, events=events, seed=seed, progress=reports.append)
    assert events <= result.events <= events * 1.05
    assert result.events == reports[-1] == json.loads((folder / "truth.json").read_bytes())["events"]
    assert reports == sorted(reports)
    assert result.files == len(list((folder / "deliveries").rglob("*.zst")))


def test_a_used_directory_and_a_tiny_world_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(FileExistsError):
        simulate(tmp_path, shops=1, days=1, events=500, seed=1)
    with pytest.raises(WorldTooSmall):
        simulate(tmp_path / "new", shops=6, days=1, events=100, seed=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_all_but_the_cut_lines_are_json(told: Told) -> None:
    cut = json.loads((told.folder / "truth.json").read_bytes())["expected"]["quarantine"]["malformed_json"]
    assert len(told.broken) == cut < EVENTS / 100


def test_ids_belong_to_one_shop(told: Told) -> None:
    owners: dict[tuple[str, Any], set[str]] = {}

    def owns(kind: str, value: Any, owner: str) -> None:
        owners.setdefault((kind, value), set()).add(owner)

    for item in told.messenger + told.instagram:
        entry, message = item["_entry"]["id"], item.get("message")
        if entry == "0" or not isinstance(message, dict):
            continue
        people = {item[side]["id"] for side in ("sender", "recipient") if side in item} - {entry, "9" + entry}
        for person in people:
            owns("person", person, entry)
        owns("mid", message["mid"], entry)
    for topic, document in told.shopify:
        if topic.startswith("orders/") and "id" in document:
            vendor = document["line_items"][0]["vendor"]
            owns("order", document["id"], vendor)
            for line in document["line_items"]:
                owns("line", line["id"], vendor) if line["id"] else None
            if document["customer"]:
                for name in ("id", "email", "phone"):
                    owns(name, document["customer"][name], vendor)
    assert {key: found for key, found in owners.items() if len(found) > 1} == {}
    assert len(owners) > EVENTS / 4


def test_deliveries_come_again_and_late_and_never_early(told: Told) -> None:
    entries = [entry for body in told.entries for entry in body if entry.get("messaging")]
    lateness = [entry["time"] - item["timestamp"] for entry in entries for item in entry["messaging"] if is_timed(item)]
    assert min(lateness) >= 0
    assert 4 * DAY_MS < max(lateness) <= 7 * DAY_MS
    assert sum(late < 10_000 for late in lateness) > 0.9 * len(lateness)
    again = Counter(json.dumps(entry, sort_keys=True, default=str) for entry in entries)
    assert 0.003 < sum(times > 1 for times in again.values()) / len(again) < 0.03


def is_timed(item: dict[str, Any]) -> bool:
    """Whether the item tells a plausible time in milliseconds."""
    return isinstance(item.get("timestamp"), int) and 10**12 < item["timestamp"] < 4 * 10**12


def test_a_source_that_was_down_tells_its_day_later(tmp_path: Path) -> None:
    busy = {"shops": 2, "days": 5, "events": 6000, "seed": 11}  # so that some of the day's conversations come by messenger
    shop = build_world(**busy).shops[1]
    simulate(tmp_path / "w", **busy)
    told = taken_apart(tmp_path / "w")
    assert shop.outage_day is not None
    entries = [entry for body in told.entries for entry in body if entry["id"] == shop.page_id and entry.get("messaging")]
    timed = [(entry["time"], shop.clock.day(item["timestamp"])) for entry in entries for item in entry["messaging"] if is_timed(item)]
    down = [arrival for arrival, day in timed if day == shop.outage_day]
    assert down
    assert min(down) >= shop.clock.start_ms(shop.outage_day + 1)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.integers(1, 400), min_size=1, max_size=200), limit=st.integers(500, 3000))
def test_waiting_deliveries_never_outgrow_the_buffer(tmp_path: Path, sizes: list[int], limit: int) -> None:
    """Whatever arrives whenever, all of it is written and no more than the limit waits."""
    folder = tmp_path / hashlib.sha256(repr((sizes, limit)).encode()).hexdigest()[:16] / "deliveries"
    writer, rng = Writer(folder, 1, buffer_bytes=limit), Random(1)
    for number, size in enumerate(sizes):
        writer.add("shopify", rng.randrange(20) * DAY_MS, b"%06d" % number + b"x" * size, is_line=True)
        assert writer.waiting_bytes <= limit
    writer.close()
    assert writer.waiting_bytes == 0
    assert sorted(int(line[:6]) for line in delivered_lines(folder.parent)) == list(range(len(sizes)))


def test_a_shop_remembers_a_bounded_number_of_buyers() -> None:
    shop = build_world(shops=1, days=28, events=10_000, seed=1).shops[0]
    people, rng = People(shop), Random(1)
    for _ in range(3 * REMEMBERED):
        customer = people.newcomer("messenger", rng)
        customer.orders = 1
        people.remember(customer)
    assert len(people.buyers) == REMEMBERED
    assert people.returning("messenger", shop.end_ms, rng) in people.buyers
    assert people.returning("whatsapp", shop.end_ms, rng) is None


@given(zone=st.sampled_from(ZONES), second=st.integers(0, 60 * 86_400))
def test_the_clock_agrees_with_the_zone_database(zone: str, second: int) -> None:
    clock = ShopClock(zone, date(2026, 3, 1), 60)
    ms = clock.start_ms(clock.first_day) + second * 1000
    local = datetime.fromtimestamp(ms // 1000, ZoneInfo(zone))
    assert clock.iso(ms) == local.isoformat()
    assert clock.day(ms) == (local.date() - date(1970, 1, 1)).days


@given(zone=st.sampled_from(ZONES), offset=st.integers(0, 59), seed=st.integers())
def test_moments_fall_on_their_day(zone: str, offset: int, seed: int) -> None:
    clock = ShopClock(zone, date(2026, 3, 1), 60)
    assert clock.day(clock.moment(clock.first_day + offset, Random(seed))) == clock.first_day + offset
