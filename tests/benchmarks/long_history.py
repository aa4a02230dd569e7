"""Attribution over a long history: from nothing, by one more day, by a late day; and how much of that a month of history would cost."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from tests.benchmarks.measured import Measured, measure, table

JOURNEYS = int(os.environ.get("HISTORY_JOURNEYS", "500000"))  # orders of ten touches each
DAYS, SHORT_DAYS = 365, 30
STORED = "history.duckdb"


def long_history(folder: Path) -> list[str]:
    """A year of orders, and thirty days that are as full."""
    lines = table(f"A history of {JOURNEYS:,} orders and {10 * JOURNEYS:,} touches over {DAYS} days, all models, windows and levels")
    long, short = histories(folder / "long", JOURNEYS, DAYS), histories(folder / "short", JOURNEYS * SHORT_DAYS // DAYS, SHORT_DAYS)
    lines.append(long["one_window"].row("the attribution tables of one window, from touches and orders"))
    lines.append(long["attribution"].row("the same of all five preset windows"))
    for name, what in (("added", "one more day, every table"), ("late", "one late day, every table")):
        ratio = long[name].wall_s / short[name].wall_s
        lines += [long[name].row(what, f"{ratio:.2f} x that of {SHORT_DAYS} days"), short[name].row(f"the same after {SHORT_DAYS} days")]
    return lines


def histories(folder: Path, journeys: int, days: int) -> dict[str, Measured]:
    """Each step; one more day and a late one both come to the same history."""
    folder.mkdir()
    took = {"made": step(folder, "made", journeys, days)}
    shutil.copy(folder / STORED, folder / "kept")
    step(folder, "one_window")
    took["one_window"] = step(folder, "attribution")
    shutil.copy(folder / "kept", folder / STORED)
    for name in ("attribution", "others"):
        took[name] = step(folder, name)
    shutil.copy(folder / STORED, folder / "kept")
    for name in ("added", "late"):
        shutil.copy(folder / "kept", folder / STORED)
        took[name] = step(folder, name)
    shutil.rmtree(folder)
    return took


def step(folder: Path, *words: object) -> Measured:
    sys.stderr.write(f"history {' '.join(map(str, words))}\n")
    took = measure([sys.executable, "-m", "tests.benchmarks.history", str(folder), *map(str, words)], folder)
    told = json.loads(took.said)
    sys.stderr.write(f"  {told['wall_s']:.1f} s, of them {dict(list(told['seconds'].items())[:5])}\n")
    return took


if __name__ == "__main__":
    sys.stdout.write("\n".join(long_history(Path(sys.argv[1]))) + "\n")
