"""Measures the attribution solvers, beside ChannelAttribution in an environment that is thrown away. Part of run.py."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipelines.attribution.effects import shared
from pipelines.attribution.markov import removal_effects
from pipelines.attribution.path_file import read_paths
from tests.benchmarks.measured import ROOT, Measured, measure

PATH_DATA = ROOT.parent / "shared" / "data" / "channelattribution_pathdata" / "Data.csv"
PATH_DATA_COLUMNS = ("path", "total_conversions", "total_conversion_value", "total_null")
PEER = "ChannelAttribution==2.2.5"
SEEDS = range(5)


def attribution(folder: Path) -> list[str]:
    """The table of the solvers: to solve, imports and reading apart."""
    table = folder / "journeys.csv"
    lines = [
        "",
        "### Attribution: Markov chains, to solve (imports and reading apart)",
        "",
        "| what | wall s | CPU s | peak MiB | |",
        "|---|---:|---:|---:|---|",
        _solved(folder, "order 1, 100 channels", "million_paths"),
        _solved(folder, "order 1, 500,000 raw journeys, 20 channels, paths counted too", "raw_journeys", str(table)),
    ]
    if PATH_DATA.is_file():
        for order in "1234":
            lines.append(_solved(folder, f"order {order}, PathData, 12 channels", "path_data", str(PATH_DATA), order))
    else:
        lines.append("| PathData | | | | left out: it lies not beside the project |")
    peer = _peer(folder)
    if peer is None:
        return [*lines, f"| {PEER} | | | | left out: it could not be installed |"]
    lines.append(_peer_row(folder, peer, "the same 500,000 journeys", table, ",", ("path", "conversions", "value", "nulls")))
    if PATH_DATA.is_file():
        lines.append(_peer_row(folder, peer, "PathData", PATH_DATA, ";", PATH_DATA_COLUMNS))
    return lines


def _solved(folder: Path, name: str, *job: str) -> str:
    sys.stderr.write(f"attribution {' '.join(job)}\n")
    took = measure([sys.executable, "-m", "tests.benchmarks.attribution_solving", *job], folder)
    told = json.loads(took.said)
    return _row(name, told, took, told["told"])


def _row(name: str, told: dict[str, Any], took: Measured, more: str) -> str:
    return f"| {name} | {told['wall_s']:.2f} | {told['cpu_s']:.2f} | {took.peak_mib:,.0f} | {more} |"


def _peer(folder: Path) -> Path | None:
    """The interpreter of an environment with the peer, None where the package index has it not."""
    uv, environment = Path(sys.executable).parent / "uv", folder / "peer"
    sys.stderr.write(f"install {PEER}\n")
    python = environment / "bin" / "python"
    commands = (
        [str(uv), "venv", "--quiet", "--python", sys.executable, str(environment)],
        [str(uv), "pip", "install", "--quiet", "--python", str(python), PEER, "matplotlib"],  # which it forgets to require
    )
    try:
        for command in commands:
            subprocess.run(command, check=True, cwd=folder)
    except (OSError, subprocess.CalledProcessError):
        return None
    return python


def _peer_row(folder: Path, python: Path, name: str, table: Path, delimiter: str, columns: tuple[str, ...]) -> str:
    """Its first seed's time, and the largest error of a channel's conversions over all seeds, against the closed form."""
    sys.stderr.write(f"{PEER} {name}\n")
    paths = read_paths(table).paths
    exact = dict(zip(paths.channels, shared(paths.conversions.sum(), removal_effects(paths).conversions).tolist(), strict=True))
    script = str(Path(__file__).with_name("channel_attribution.py"))
    runs = [measure([str(python), script, str(table), delimiter, *columns, str(seed)], folder) for seed in SEEDS]
    told = [json.loads(run.said.splitlines()[-1]) for run in runs]
    errors = [max(abs(each["conversions"].get(channel, 0.0) / credit - 1) for channel, credit in exact.items()) for each in told]
    most = ", ".join(f"{error:.0%}" for error in errors)
    title = f"{PEER.replace('==', ' ')} at its defaults, order 1, {name}, paths ready made"
    return _row(title, told[0], runs[0], f"largest error of {len(SEEDS)} seeds: {most}")
