"""Runs one command in a process of its own and measures it, with the processes it starts."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_EVERY_S = 0.05
_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024  # the unit of ru_maxrss


@dataclass(frozen=True)
class Measured:
    """One command from start to end. `peak_mib` is the largest sum of the resident sets of its processes at one moment."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    said: str = ""

    def row(self, name: str, told: str = "") -> str:
        return f"| {name} | {self.wall_s:,.1f} | {self.cpu_s:,.1f} | {self.peak_mib:,.0f} | {told} |"


def measure(command: Sequence[str], home: Path) -> Measured:
    """Runs a command to its end; raises CalledProcessError with what it said where it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        started = time.monotonic()
        child = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"THREADMART_HOME": str(home)}, stdout=out, stderr=errors)
        watch = _Watch(child.pid)
        watch.start()
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - started
        watch.ended.set()
        watch.join()
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read().decode(errors="replace")
        if child.returncode:
            errors.seek(0)
            sys.stderr.write(said + errors.read().decode(errors="replace"))
            raise subprocess.CalledProcessError(child.returncode, command)
    peak = max(watch.peak_bytes, used.ru_maxrss * _MAXRSS_BYTES)
    return Measured(wall, used.ru_utime + used.ru_stime, peak / 2**20, said)


def table(title: str) -> list[str]:
    """The head of a table of measures."""
    return ["", f"### {title}", "", "| what | wall s | CPU s | peak MiB | |", "|---|---:|---:|---:|---|"]


class _Watch(threading.Thread):
    """Adds up the memory of a process and its descendants, again and again. Only Linux tells it; elsewhere it stays 0."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.ended = threading.Event()
        self.peak_bytes = 0

    def run(self) -> None:
        while not self.ended.wait(_EVERY_S):
            self.peak_bytes = max(self.peak_bytes, sum(map(_resident_bytes, _family(self._pid))))


def _family(pid: int) -> list[int]:
    children = [int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in _text(path).split()]
    return [pid, *(member for child in children for member in _family(child))]


def _resident_bytes(pid: int) -> int:
    told = _text(Path(f"/proc/{pid}/statm")).split()
    return int(told[1]) * os.sysconf("SC_PAGE_SIZE") if told else 0


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it ended meanwhile
        return ""
