"""Measures whole commands, each in a process of its own, and rewrites the tables of docs/benchmarks.md.

Not a test: `make bench`. With a path as argument, writes to that page in place of docs/benchmarks.md.
"""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import zstandard

from tests.benchmarks.attribution import attribution
from tests.benchmarks.long_history import long_history
from tests.benchmarks.measured import ROOT, Measured, measure, table

PAGE = ROOT / "docs" / "benchmarks.md"
THREADMART = (sys.executable, "-m", "pipelines.cli")
DEMO_EVENTS = int(os.environ.get("DEMO_EVENTS", "200000"))
LOAD_EVENTS = int(os.environ.get("LOAD_EVENTS", "2000000"))
LARGE_EVENTS = int(os.environ.get("LARGE_EVENTS", "0"))  # 10000000 takes about 40 minutes and 20 GB of disk
MESSENGERS = ("messenger", "instagram", "whatsapp")
MESSAGE_SHARE = 0.73  # of a world's events; the others are documents of shops and ad accounts
BARE_DUCKDB = Path(__file__).with_name("bare_duckdb.py")


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


def message_traffic(folder: Path, home: Path, events: int) -> tuple[Path, Path]:
    """The settings of a world, and what its messengers deliver, in one plain file in order of the days."""
    world = folder / f"world_{events}"
    simulate(home, world, int(events / MESSAGE_SHARE))
    days = sorted((path.name, path) for source in MESSENGERS for path in (world / "deliveries" / source).glob("*.zst"))
    whole = folder / f"traffic_{events}.ndjson"
    with whole.open("wb") as out:
        for _, path in days:
            with path.open("rb") as packed:
                zstandard.ZstdDecompressor().copy_stream(packed, out)
            path.unlink()
    return world / "shops.toml", whole


def loaded(home: Path, file: Path) -> tuple[Measured, int]:
    """The measure of an ingest, and the records of the file."""
    took = threadmart(home, "ingest", file, "--json")
    return took, json.loads(took.said)["totals"]["records"]


def big_load(folder: Path) -> list[str]:
    """One file of some million events: loaded, loaded again, and by bare DuckDB."""
    home = folder / "big"
    settings, file = message_traffic(folder, home, LOAD_EVENTS)
    threadmart(home, "ingest", settings)
    first, events = loaded(home, file)
    replay, _ = loaded(home, file)
    sys.stderr.write("bare DuckDB\n")
    bare = measure([sys.executable, str(BARE_DUCKDB), str(folder / "bare.duckdb"), str(file)], home)
    labels = json.loads(measure([sys.executable, "-m", "tests.benchmarks.labels", str(file)], home).said)
    unlabelled_s = first.wall_s * (1 - labels["cpu_s"] / first.cpu_s)
    lines = [
        *table(f"A load of {events:,} events in one file of {file.stat().st_size / 2**20:,.0f} MiB"),
        first.row("`threadmart ingest`", f"{per_second(events, first)}, {bare.wall_s / first.wall_s:.2f} x bare DuckDB"),
        f"| of it the intent labels of {labels['texts']:,} texts | | {labels['cpu_s']:,.1f} |"
        f" | without them {bare.wall_s / unlabelled_s:.2f} x bare DuckDB, by their share of the CPU time |",
        replay.row("the same file again", f"{replay.wall_s / first.wall_s:.2f} x its first load"),
        bare.row("bare DuckDB, typed `read_json`", per_second(int(bare.said), bare)),
    ]
    file.unlink()
    return lines


def large_load(folder: Path) -> list[str]:
    """A load of LARGE_EVENTS events, whose memory does not grow with the file, and a rebuild of all that it made."""
    home = folder / "large"
    settings, file = message_traffic(folder, home, LARGE_EVENTS)
    threadmart(home, "ingest", settings)
    took, events = loaded(home, file)
    lines = table(f"A load of {events:,} events in one file of {file.stat().st_size / 2**20:,.0f} MiB, and its rebuild")
    file.unlink()
    rebuilt = threadmart(home, "rebuild", "--json")
    return [
        *lines,
        took.row("`threadmart ingest`", per_second(events, took)),
        rebuilt.row("`threadmart rebuild`: loaded again, and every table computed", per_second(events, rebuilt)),
    ]


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
        lines += large_load(Path(folder)) if LARGE_EVENTS else []
        lines += attribution(Path(folder))
        lines += long_history(Path(folder))
    page.write_text(rewritten(page.read_text(encoding="utf-8"), lines), encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
