"""The committer: rotation, what a failing disk costs, and requests to seal."""

from __future__ import annotations

import asyncio
import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.landing import deliveries
from pipelines.landing.deliveries import SEAL_REQUEST, Arrival, DeliverySegment, holds_unsealed, seal_received
from pipelines.landing.frames import Frame, read_frames
from pipelines.receiver.committer import Committer, NotLanded, Rotation

KEY = b"k" * 32
NEVER = Rotation(max_bytes=1 << 30, max_seconds=1e9)


class Told:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def committed(self, count: int, size: int, seconds: float) -> None:
        self.events.append(f"committed {count}")

    def sealed(self, name: str, count: int) -> None:
        self.events.append(f"sealed {count}")

    def failed(self, doing: str, error: Exception) -> None:
        self.events.append(f"failed {doing}")

    def recovered(self) -> None:
        self.events.append("recovered")


class SpoiltOs:
    """`os` with some calls that fail while `fails` names them."""

    def __init__(self) -> None:
        self.fails: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        if name in self.fails:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return getattr(os, name)


def arrival(number: int, size: int = 10) -> Arrival:
    return Arrival("meta", {}, b"%010d" % number + os.urandom(size), 1_772_366_400_000)


def landed(folder: Path) -> list[int]:
    return [
        int(frame.body[:10])
        for segment in sorted(folder.glob("*.seg"))
        for frame in read_frames(segment)
        if isinstance(frame, Frame) and frame.header.sender
    ]


def committing(folder: Path, work: Callable[[Committer], Any], rotation: Rotation = NEVER) -> Told:
    told = Told()

    async def run() -> None:
        committer = Committer(folder, KEY, rotation, told)
        committer.start(asyncio.get_running_loop())
        try:
            await work(committer)
        finally:
            await asyncio.to_thread(committer.stop)

    asyncio.run(run())
    return told


def test_a_segment_is_sealed_by_its_size(tmp_path: Path) -> None:
    async def work(committer: Committer) -> None:
        for number in range(20):
            await committer.land(arrival(number, 1000))

    told = committing(tmp_path, work, Rotation(max_bytes=5_000, max_seconds=1e9))
    assert landed(tmp_path) == list(range(20))
    assert len(list(tmp_path.glob("*.seg"))) == told.events.count("sealed 5") + told.events.count("sealed 4") > 3
    assert list(tmp_path.glob("*.receiving")) == []


def test_a_segment_is_sealed_by_the_age_of_its_first_delivery(tmp_path: Path) -> None:
    async def work(committer: Committer) -> None:
        await asyncio.sleep(0.4)  # an empty one has no age
        await committer.land(arrival(1))
        assert landed(tmp_path) == []
        deadline = time.monotonic() + 10
        while landed(tmp_path) != [1] and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        await committer.land(arrival(2))

    told = committing(tmp_path, work, Rotation(max_bytes=1 << 30, max_seconds=0.3))
    assert told.events == ["committed 1", "sealed 1", "committed 1", "sealed 1"]
    assert sorted(landed(tmp_path)) == [1, 2]


def test_a_reader_s_request_seals_what_is_held(tmp_path: Path) -> None:
    async def work(committer: Committer) -> None:
        await asyncio.to_thread(seal_received, tmp_path)
        assert list(tmp_path.glob("*.seg")) == []
        await committer.land(arrival(1))
        assert holds_unsealed(tmp_path)
        await asyncio.to_thread(seal_received, tmp_path)
        assert landed(tmp_path) == [1]
        assert not holds_unsealed(tmp_path)

    committing(tmp_path, work)
    assert [path.suffix for path in tmp_path.iterdir()] == [".seg"]


def test_a_request_to_seal_means_what_was_opened_before_it(tmp_path: Path) -> None:
    """Else a reader that died with its request would have each batch sealed by itself."""

    async def work(committer: Committer) -> None:
        request = tmp_path / SEAL_REQUEST
        request.touch()
        os.utime(request, (time.time() - 60, time.time() - 60))
        for number in range(5):
            await committer.land(arrival(number))
        await asyncio.sleep(0.4)
        assert list(tmp_path.glob("*.seg")) == []

    assert committing(tmp_path, work).events.count("sealed 5") == 1


def test_what_a_dead_receiver_left_is_sealed_at_the_start(tmp_path: Path) -> None:
    left = DeliverySegment(tmp_path, KEY, 1_772_366_400_000)
    left.append([arrival(1)])
    left.close()

    async def work(committer: Committer) -> None:
        assert landed(tmp_path) == [1]

    committing(tmp_path, work)


@pytest.mark.parametrize("fails", [{"write"}, {"fdatasync"}, {"write", "ftruncate"}, {"write", "fdatasync", "ftruncate", "open"}])
def test_a_failing_disk_refuses_and_mends_itself(fails: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoilt = SpoiltOs()
    monkeypatch.setattr(deliveries, "os", spoilt)

    async def work(committer: Committer) -> None:
        await committer.land(arrival(1))
        spoilt.fails = fails
        for number in (2, 3):
            with pytest.raises(NotLanded):
                await committer.land(arrival(number))
        assert committer.is_failing
        spoilt.fails = set()
        await committer.land(arrival(4))
        assert not committer.is_failing

    told = committing(tmp_path, work)
    assert told.events[:5] == ["committed 1", "failed write", "failed write", "recovered", "committed 1"]
    deliveries.seal_abandoned(tmp_path)
    assert {1, 4} <= set(landed(tmp_path))
    assert [path.suffix for path in tmp_path.iterdir()] == [".seg"] * len(list(tmp_path.iterdir()))


def test_a_seal_that_fails_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[Path] = []
    seal = deliveries._seal

    def fails_at_first(path: Path) -> Path:
        tries.append(path)
        if len(tries) == 1:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return seal(path)

    monkeypatch.setattr(deliveries, "_seal", fails_at_first)

    async def work(committer: Committer) -> None:
        await committer.land(arrival(1))
        while len(tries) < 2:
            await asyncio.sleep(0.02)

    told = committing(tmp_path, work, Rotation(max_bytes=1, max_seconds=1e9))
    assert told.events == ["committed 1", "failed seal", "sealed 1"]
    assert landed(tmp_path) == [1]
