"""Measures whole commands, each in a process of its own, and rewrites the tables of docs/benchmarks.md.

Not a test: `make bench`. With a path as argument, writes to that page in place of docs/benchmarks.md.
"""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
THREADMART = (sys.executable, "-m", "pipelines.cli")
DEMO_EVENTS = int(os.environ.get("DEMO_EVENTS", "200000"))
LOAD_EVENTS = int(os.environ.get("LOAD_EVENTS", "2000000"))
MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024  # the unit of ru_maxrss

# The floor: the same files into one table of JSON columns, with nothing of what ingest does to them.
BARE_DUCKDB = """
import sys
import duckdb
con = duckdb.connect(sys.argv[1], config={"memory_limit": "1200MB"})
read = "read_json(?, format = 'newline_delimited', maximum_depth = 1, ignore_errors = true)"
con.execute(f"create table delivery as select * from {read}", [sys.argv[2]])
"""


@dataclass(frozen=True)
class Measured:
    """One process from start to end, with the processes it waited for."""

    wall_s: float
    cpu_s: float
    peak_mib: float

    def row(self, name: str, told: str = "") -> str:
        return f"| {name} | {self.wall_s:,.1f} | {self.cpu_s:,.1f} | {self.peak_mib:,.0f} | {told} |"


def measure(command: Sequence[str], home: Path) -> Measured:
    """Runs a command to its end; raises CalledProcessError with what it said where it fails."""
    with tempfile.TemporaryFile() as said:
        started = time.monotonic()
        child = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"THREADMART_HOME": str(home)}, stdout=said, stderr=said)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            sys.stderr.write(said.read().decode(errors="replace"))
            raise subprocess.CalledProcessError(child.returncode, command)
    return Measured(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * MAXRSS_BYTES / 2**20)


def threadmart(home: Path, *words: object) -> Measured:
    sys.stderr.write(f"threadmart {' '.join(map(str, words))}\n")
    return measure([*THREADMART, *map(str, words)], home)


def simulate(home: Path, world: Path, events: int) -> tuple[Measured, int]:
    """The measure, and the number of events that the world holds."""
    took = threadmart(home, "simulate", world, "--events", events, "--seed", 7)
    return took, json.loads((world / "truth.json").read_bytes())["events"]


def per_second(count: int, took: Measured, what: str = "events") -> str:
    return f"{count / took.wall_s:,.0f} {what}/s"


def main_job(folder: Path) -> list[str]:
    """The parts of `make demo`, then a run with nothing new."""
    home, world = folder / "demo", folder / "demo_world"
    made, events = simulate(home, world, DEMO_EVENTS)
    ingest = threadmart(home, "ingest", world)
    run = threadmart(home, "run")
    verify = threadmart(home, "verify", world / "truth.json")
    idle = [threadmart(home, "run") for _ in range(5)]
    full = threadmart(home, "run", "--full")
    parts = (made, ingest, run, verify)
    whole = Measured(sum(each.wall_s for each in parts), sum(each.cpu_s for each in parts), max(each.peak_mib for each in parts))
    return [
        *table(f"The main job, {events:,} events"),
        made.row("`threadmart simulate`", per_second(events, made)),
        ingest.row("`threadmart ingest`", per_second(events, ingest)),
        run.row("`threadmart run`, everything new"),
        verify.row("`threadmart verify`"),
        whole.row("the four above"),
        f"| `threadmart run`, nothing new | {statistics.median(each.wall_s for each in idle):.2f}"
        f" | {statistics.median(each.cpu_s for each in idle):.2f} | {max(each.peak_mib for each in idle):,.0f} | |",
        full.row("`threadmart run --full`"),
    ]


def big_load(folder: Path) -> list[str]:
    """A world of some million events, loaded, against bare DuckDB on the same files."""
    home, world = folder / "big", folder / "big_world"
    made, events = simulate(home, world, LOAD_EVENTS)
    files = world / "deliveries" / "*" / "*.jsonl*"
    size = sum(path.stat().st_size for path in world.glob("deliveries/*/*")) / 2**20
    bare = measure([sys.executable, "-c", BARE_DUCKDB, str(folder / "bare.duckdb"), str(files)], home)
    ingest = threadmart(home, "ingest", world)
    return [
        *table(f"A load of {events:,} events ({size:,.0f} MiB in files)"),
        made.row("`threadmart simulate`", per_second(events, made)),
        ingest.row("`threadmart ingest`", per_second(events, ingest)),
        bare.row("bare DuckDB, `read_json`", f"{per_second(events, bare)}, {ingest.wall_s / bare.wall_s:.1f} times as fast as ingest"),
    ]


def table(title: str) -> list[str]:
    return ["", f"### {title}", "", "| what | wall s | CPU s | peak MiB | |", "|---|---:|---:|---:|---|"]


def machine() -> str:
    names = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "dagster"))
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, {names}."


def rewritten(page: str, lines: Sequence[str], section: str = "bench") -> str:
    """The page with the lines between the two markers of a section. Raises ValueError where it has none."""
    begin, end = f"<!-- {section}:begin -->", f"<!-- {section}:end -->"
    text, count = re.subn(f"{begin}.*{end}", lambda _: "\n".join([begin, *lines, end]), page, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"the page holds no {begin} ... {end}")
    return text


def main() -> None:
    page = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    with tempfile.TemporaryDirectory(prefix="threadmart-bench-") as folder:
        lines = [machine(), *main_job(Path(folder)), *big_load(Path(folder))]
    page.write_text(rewritten(page.read_text(encoding="utf-8"), lines), encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
