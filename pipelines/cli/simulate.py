"""threadmart simulate"""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from pipelines.cli.failure import told_in_one_line
from pipelines.cli.output import print_json
from pipelines.simulate.command import MAX_SHOPS, SimulationResult, WorldTooSmall, default_days
from pipelines.simulate.command import simulate as write_world


@click.command(short_help="Write a made-up world of wire-format deliveries.")
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--shops", type=click.IntRange(1, MAX_SHOPS), default=6, show_default=True, help="How many shops.")
@click.option("--days", type=click.IntRange(1, 3660), help="Days from 2026-03-01.  [default: 35, more from 900,000 events on]")
@click.option("--events", type=click.IntRange(min=100), default=10_000, show_default=True, help="Records told, duplicates included.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed is another world.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def simulate(out: Path, shops: int, days: int | None, events: int, seed: int, as_json: bool) -> None:
    """Write a made-up world of wire-format deliveries into OUT, with its truth file.

    OUT gets shops.toml, deliveries/<source>/*.jsonl.zst and truth.json: the totals that an honest reading must find.
    """
    with told_in_one_line():
        try:
            result = _write(out, shops, days or default_days(events), events, seed)
        except (FileExistsError, NotADirectoryError) as error:
            raise click.UsageError(f"{out} holds something already; name a new or empty directory") from error
        except WorldTooSmall as error:
            raise click.UsageError(str(error)) from error
    if as_json:
        print_json(asdict(result))
        return
    size = f"{result.bytes / 1e6:,.1f} MB"
    click.echo(f"{result.out}: {result.events:,} records of {result.shops} shops in {result.days} days, {result.files:,} files, {size}")
    click.echo(f"Next: threadmart ingest {result.out}/shops.toml {result.out}/deliveries")


def _write(out: Path, shops: int, days: int, events: int, seed: int) -> SimulationResult:
    if not sys.stderr.isatty():
        return write_world(out, shops=shops, days=days, events=events, seed=seed)
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("telling", total=events)
        return write_world(
            out, shops=shops, days=days, events=events, seed=seed, progress=lambda done: bar.update(task, completed=min(done, events))
        )
