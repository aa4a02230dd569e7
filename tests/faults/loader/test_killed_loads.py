"""SIGKILL of the loader at any point: what is loaded in the end is what an uninterrupted load would have loaded, to the minor unit.

The whole load is killed, or its parent alone, or first one process of its crew. The next load goes on where it was.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import zstandard

from pipelines.home import Home
from pipelines.simulate.command import simulate
from tests.faults.figures import figure
from tests.faults.loader.spawner import Spawner, spawner
from tests.faults.loader.stored import Stored, stored_at

EVENTS = 150_000
KILLS = figure(60, 500)
FILE_BYTES = 4 << 20  # with a part a frame, such a file is normalised by a crew
SEED = 3
VICTIMS = ("all", "all", "parent", "member")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world whose delivery files of one source are joined into files of some MiB."""
    folder = tmp_path_factory.mktemp("killed")
    simulate(folder / "told", shops=6, days=35, events=EVENTS, seed=SEED)
    (folder / "told" / "shops.toml").rename(folder / "told" / "deliveries" / "shops.toml")
    for source in sorted(path for path in (folder / "told" / "deliveries").iterdir() if path.is_dir()):
        packed = sorted(source.rglob("*.jsonl.zst"))
        content = b"".join(zstandard.ZstdDecompressor().stream_reader(path.read_bytes(), read_across_frames=True).read() for path in packed)
        for path in packed:
            path.unlink()
        for number, lines in enumerate(_cut(content)):
            (source / f"joined-{number}.jsonl").write_bytes(lines)
    return folder / "told" / "deliveries"


def _cut(content: bytes) -> Iterator[bytes]:
    while content:
        end = content.find(b"\n", FILE_BYTES) + 1 or len(content)
        yield content[:end]
        content = content[end:]


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spawner]:
    with spawner(tmp_path_factory.mktemp("calls"), part_frames=1) as calls:
        yield calls


@pytest.fixture(scope="module")
def straight(world: Path, calls: Spawner) -> tuple[Stored, float]:
    """What an uninterrupted load leaves, and how long it takes."""
    home, started = world.parent / "straight", time.monotonic()
    ended = calls.run(home, "ingest", world)
    assert (ended.status, ended.complained) == (0, "")
    return stored_at(Home(home)), time.monotonic() - started


def _members(process: int) -> list[int]:
    """The processes of a load's crew."""
    told = [path.read_text().split() for path in Path(f"/proc/{process}/task").glob("*/children")]
    return [int(child) for children in told for child in children]


def _kill(process: int, victim: str) -> None:
    with suppress(ProcessLookupError, FileNotFoundError):  # it has ended
        if victim == "member" and (members := _members(process)):
            os.kill(members[-1], signal.SIGKILL)
            time.sleep(0.2)
        (os.kill if victim == "parent" else os.killpg)(process, signal.SIGKILL)


def test_a_killed_load_is_finished_by_the_next_one(world: Path, calls: Spawner, straight: tuple[Stored, float]) -> None:
    expected, whole_s = straight
    chance = random.Random(SEED)
    kills = homes = 0
    while kills < KILLS:
        home = world.parent / f"killed-{homes}"
        homes += 1
        ended = None
        while kills < KILLS and (ended is None or ended.status != 0):
            process = calls.start(home, "ingest", world)
            time.sleep(whole_s * chance.random() ** 2 / 12)
            _kill(process, chance.choice(VICTIMS))
            ended = calls.ended()
            kills += ended.status != 0
            assert ended.status in (-signal.SIGKILL, 0, 1)
            assert all("a normalising process ended" in line for line in ended.complained.splitlines()), ended.complained
        ended = calls.run(home, "ingest", world)
        assert (ended.status, ended.complained) == (0, "")
        assert stored_at(Home(home)) == expected, f"after {kills} kills in all"
        assert not list(home.glob("landing/*/.*")), "a finished load leaves nothing half done"
        assert not list(home.glob("landing/raw/*.open"))
        assert len(list(home.glob("landing/raw/*.seg"))) == len(list(home.glob("landing/canonical/*"))) == len(expected.files)
