"""The run lock: one holder, a named holder at the deadline, freed by a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.lock import LockTimeout, run_lock

HOLD = """
import sys, time
from pathlib import Path
from pipelines.home import Home
from pipelines.lock import run_lock
with run_lock(Home(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_names_its_holder_and_is_freed_by_a_kill(home: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", HOLD, str(home)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        with pytest.raises(LockTimeout, match=f"held by process {child.pid}"), run_lock(Home(home), wait_seconds=0.2):
            pass
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
    with run_lock(Home(home), wait_seconds=5) as waited:
        assert waited < 5
