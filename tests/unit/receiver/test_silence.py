"""Who should have spoken and did not, by a clock of the test's own."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.receiver.config import Silence
from pipelines.receiver.journal import Journal
from pipelines.receiver.metrics import Metrics
from pipelines.receiver.silence import SilenceWatch
from pipelines.receiver.watch import Watch

MINUTE, HOUR = 60.0, 3600.0
NOON = 1_772_366_400.0
PAGE = ("messenger", "1001")


def speaking(watch: SilenceWatch, every: float, seconds: float, start: float = NOON) -> float:
    """An asset speaks so often, so long; returns when it spoke last."""
    now = start
    while now < start + seconds:
        now += every
        watch.hear(PAGE, now)
        assert watch.newly_silent(now) == []
    return now


def test_a_busy_page_that_stops_is_told_after_15_minutes_once() -> None:
    watch = SilenceWatch(15 * MINUTE, {}, NOON)
    last = speaking(watch, every=30, seconds=HOUR)
    assert watch.newly_silent(last + 15 * MINUTE - 1) == []
    assert watch.newly_silent(last + 15 * MINUTE) == [PAGE]
    assert watch.newly_silent(last + 16 * MINUTE) == []
    assert watch.silent() == [PAGE]
    assert watch.hear(PAGE, last + 20 * MINUTE) is True
    assert watch.silent() == []


def test_a_quiet_page_raises_no_alarm() -> None:
    watch = SilenceWatch(15 * MINUTE, {}, NOON)
    last = speaking(watch, every=10 * MINUTE, seconds=12 * HOUR)
    assert watch.newly_silent(last + 15 * MINUTE) == []


def test_a_page_whose_traffic_declines_slowly_raises_no_alarm() -> None:
    """An evening: from one event in half a minute to one in an hour."""
    watch = SilenceWatch(15 * MINUTE, {}, NOON)
    now, gap = NOON, 30.0
    while gap < HOUR:
        now += gap
        assert watch.newly_silent(now) == []
        watch.hear(PAGE, now)
        gap *= 1.05


def test_who_is_expected_is_told_though_it_never_spoke() -> None:
    watch = SilenceWatch(15 * MINUTE, {"messenger": ["1001"]}, NOON)
    assert watch.newly_silent(NOON + 15 * MINUTE - 1) == []
    assert watch.newly_silent(NOON + 15 * MINUTE) == [PAGE]


@given(gaps=st.lists(st.floats(0.01, 2 * HOUR), min_size=1, max_size=50))
def test_nobody_is_silent_who_spoke_within_15_minutes(gaps: list[float]) -> None:
    watch = SilenceWatch(15 * MINUTE, {"messenger": ["1001"]}, NOON)
    now = NOON
    for gap in gaps:
        now += gap
        watch.hear(PAGE, now)
        assert watch.silent() == watch.newly_silent(now + 15 * MINUTE - 1) == []
    assert watch.newly_silent(now + 15 * MINUTE) == [PAGE]


def test_the_alarm_stands_in_log_and_metrics_and_what_was_learned_is_kept(tmp_path: Path) -> None:
    now = [NOON]
    log, metrics, memory = io.StringIO(), Metrics(), tmp_path / "receiver.json"

    def started() -> Watch:
        return Watch(Silence(), memory, Journal(log), metrics, lambda: now[0])

    watch = started()
    for _ in range(120):
        now[0] += 30
        watch.hear(PAGE, now[0])
        watch.look()
    watch.remember()
    now[0] += 8 * HOUR  # switched off for a night
    watch = started()
    watch.look()
    assert watch.silent() == []
    now[0] += 15 * MINUTE
    watch.look()
    assert watch.silent() == [PAGE]
    assert 'silent_asset{asset="1001",source="messenger"} 1.0' in metrics.text().decode()
    watch.hear(PAGE, now[0])
    assert 'silent_asset{asset="1001",source="messenger"} 0.0' in metrics.text().decode()
    assert [json.loads(line)["event"] for line in log.getvalue().splitlines()] == ["asset_is_silent", "asset_speaks_again"]


@pytest.mark.parametrize("content", [b"", b"{", b"[[1]]", b'[["a", "b", "c", "d"]]'])
def test_a_spoilt_memory_is_no_memory(content: bytes, tmp_path: Path) -> None:
    memory = tmp_path / "receiver.json"
    memory.write_bytes(content)
    assert Watch(Silence(), memory, Journal(io.StringIO()), Metrics()).silent() == []
