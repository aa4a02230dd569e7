"""One attribution job in this process, timed without imports: prints {"wall_s", "cpu_s", "told"} as JSON. Made for attribution.py."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from pipelines.attribution.markov import removal_effects
from pipelines.attribution.path_file import read_paths
from pipelines.attribution.paths import Ints, Paths, counted

CHANNELS = tuple(f"channel_{number:03}" for number in range(100))


def million_paths() -> Callable[[], str]:
    """Order 1 from 1 M distinct paths of 100 channels, counted already."""
    paths = counted(*_made(1_130_000, 100, shortest=3))

    def solve() -> str:
        removal_effects(paths)
        return f"{len(paths):,} distinct paths, {len(paths.codes):,} touches"

    return solve


def raw_journeys(table: Path) -> Callable[[], str]:
    """Order 1 from 500,000 journeys whose touches lie sorted by person: paths are counted, then solved. Writes them as a table first."""
    told = _made(500_000, 20, shortest=1)
    _write(counted(*told), table)

    def solve() -> str:
        paths = counted(*told)
        removal_effects(paths)
        return f"{len(told[1]):,} touches, {len(paths):,} distinct paths"

    return solve


def path_data(table: Path, order: int) -> Callable[[], str]:
    """A path table, read and counted already."""
    paths = read_paths(table).paths

    def solve() -> str:
        removal_effects(paths, order)
        return f"{len(paths):,} distinct paths"

    return solve


def _made(journeys: int, channel_count: int, shortest: int) -> tuple[tuple[str, ...], Ints, Ints, Ints, Ints, Ints]:
    """Journeys of 2.4 touches more than the shortest on average, one in twenty converting; the first channels are the commonest."""
    chance = np.random.default_rng(7)
    lengths = shortest - 1 + np.minimum(chance.geometric(1 / 3.4, journeys), 40)
    often = np.arange(channel_count, 0, -1) ** 1.5
    codes = chance.choice(channel_count, lengths.sum(), p=often / often.sum())
    converts = (chance.random(journeys) < 0.05).astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    return CHANNELS[:channel_count], codes, offsets, converts, converts * chance.integers(100, 9_000, journeys), 1 - converts


def _write(paths: Paths, table: Path) -> None:
    names = np.array(paths.channels)[paths.codes].tolist()
    bounds = paths.offsets.tolist()
    with table.open("w", encoding="utf-8") as out:
        out.write("path,conversions,value,nulls\n")
        for index, (conversions, value, nulls) in enumerate(zip(paths.conversions, paths.value, paths.nulls, strict=True)):
            out.write(f"{' > '.join(names[bounds[index] : bounds[index + 1]])},{conversions:.0f},{value:.0f},{nulls:.0f}\n")


def main() -> None:
    job, *words = sys.argv[1:]
    jobs: dict[str, Callable[[], Callable[[], str]]] = {
        "million_paths": million_paths,
        "raw_journeys": lambda: raw_journeys(Path(words[0])),
        "path_data": lambda: path_data(Path(words[0]), int(words[1])),
    }
    solve = jobs[job]()
    wall, cpu = time.perf_counter(), time.process_time()
    told = solve()
    print(json.dumps({"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu, "told": told}))  # noqa: T201


if __name__ == "__main__":
    main()
