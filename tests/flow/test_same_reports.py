"""Law 5: the same input gives the same published bytes, however it arrives, is repeated, is interrupted or is rebuilt."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
import zstandard

from warehouse.snapshot import latest

THREADMART = [sys.executable, "-m", "pipelines.cli"]
EVENTS = 4_000


def threadmart(home: Path, *words: object) -> str:
    done = subprocess.run([*THREADMART, *map(str, words)], env=_environment(home), capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "THREADMART_HOME": str(home)}


def published_digests(home: Path) -> dict[str, str]:
    version = latest(home / "published")
    assert version is not None
    return {str(path.relative_to(version)): sha256(path.read_bytes()).hexdigest() for path in sorted(version.glob("shop=*/*"))}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("same") / "world"
    threadmart(folder.parent / "unused", "simulate", folder, "--seed", 7, "--events", EVENTS)
    return folder


@pytest.fixture(scope="module")
def straight(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that took the world in at once."""
    home = tmp_path_factory.mktemp("straight")
    threadmart(home, "ingest", world)
    threadmart(home, "run")
    return home


def test_every_expected_total_is_equal(world: Path, straight: Path) -> None:
    told = json.loads(threadmart(straight, "verify", world / "truth.json", "--json"))
    assert told["truth"]["differences"] == []
    assert told["truth"]["figures"] > 500
    assert [law["law"] for law in told["laws"] if not law["holds"]] == []


def test_another_order_other_files_and_repeats_give_the_same_bytes(world: Path, straight: Path, tmp_path: Path) -> None:
    chance = random.Random(11)
    home = tmp_path / "home"
    threadmart(home, "ingest", world / "shops.toml")
    lines = [(path.parent.name, line) for path in sorted(world.glob("deliveries/*/*")) for line in _lines(path)]
    lines += chance.sample(lines, len(lines) // 5)
    chance.shuffle(lines)
    parts = [lines[start::3] for start in range(3)]
    for number, part in enumerate(parts):
        folder = tmp_path / f"part{number}"
        folder.mkdir()
        for source in sorted({source for source, _ in part}):
            (folder / f"{source}.jsonl").write_bytes(b"".join(line + b"\n" for told, line in part if told == source))
        threadmart(home, "ingest", folder)
        threadmart(home, "run")
    assert published_digests(home) == published_digests(straight)
    assert threadmart(home, "report", "shop_spend_daily", "--format", "json") == threadmart(
        straight, "report", "shop_spend_daily", "--format", "json"
    )


def test_a_kill_between_load_and_publish_costs_nothing(world: Path, straight: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    threadmart(home, "ingest", world)
    for seconds in (1.5, 3.0, 4.5):
        child = subprocess.Popen([*THREADMART, "run"], env=_environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        child.wait()
    threadmart(home, "run")
    assert published_digests(home) == published_digests(straight)


def test_a_rebuild_from_landing_gives_the_same_bytes(straight: Path, world: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    threadmart(home, "ingest", world)
    (home / "warehouse.duckdb").unlink()
    threadmart(home, "rebuild")
    assert published_digests(home) == published_digests(straight)


def test_a_file_taken_twice_counts_once_and_nothing_new_ends_at_once(world: Path, straight: Path) -> None:
    told = json.loads(threadmart(straight, "ingest", world, "--json"))
    assert told["totals"]["records"] == told["totals"]["duplicate"] > EVENTS / 2
    assert threadmart(straight, "run") == "Nothing new.\n"


def _lines(path: Path) -> list[bytes]:
    raw = path.read_bytes()
    content = zstandard.ZstdDecompressor().decompressobj().decompress(raw) if path.suffix == ".zst" else raw
    return [line for line in content.split(b"\n") if line]
