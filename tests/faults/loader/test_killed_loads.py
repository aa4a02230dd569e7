"""SIGKILL of the loader at any point: what is loaded in the end is what an uninterrupted load would have loaded, to the minor unit."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from pipelines.home import Home
from tests.faults.figures import figure
from tests.faults.loader.stored import stored_at
from tests.repository import ROOT

EVENTS = 150_000
KILLS = figure(60, 500)
SEED = 3
INGEST = (sys.executable, "-m", "pipelines.cli", "ingest")


def _start(home: Path, world: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"THREADMART_HOME": str(home)}
    return subprocess.Popen(
        [*INGEST, world], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )


def _killed_after(load: subprocess.Popen[bytes], seconds: float, whole_group: bool) -> bool:
    """Whether the kill came before the load's end."""
    try:
        load.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        (os.killpg if whole_group else os.kill)(load.pid, signal.SIGKILL)
        load.wait()
        return True
    finally:
        assert load.stderr is not None
        load.stderr.close()


def test_a_killed_load_is_finished_by_the_next_one(tmp_path: Path) -> None:
    world = tmp_path / "world"
    subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "simulate", world, "--events", str(EVENTS), "--seed", str(SEED)], cwd=ROOT, check=True
    )
    started = time.monotonic()
    straight = _start(tmp_path / "straight", world)
    _, said = straight.communicate()
    assert straight.returncode == 0, said
    whole_s = time.monotonic() - started
    expected = stored_at(Home(tmp_path / "straight"))
    chance = random.Random(SEED)
    kills = homes = 0
    while kills < KILLS:
        home = tmp_path / f"killed-{homes}"
        homes += 1
        while _killed_after(_start(home, world), chance.uniform(0, whole_s), chance.random() < 0.5):
            kills += 1
        assert stored_at(Home(home)) == expected, f"after {kills} kills in all"
        assert not list(home.glob("landing/*/.*")), "a finished load leaves nothing half done"
        assert not list(home.glob("landing/raw/*.open"))
