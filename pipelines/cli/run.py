"""threadmart run"""

from __future__ import annotations

import time

import click

from pipelines.cli.failure import told_in_one_line
from pipelines.cli.output import print_json
from pipelines.cli.refreshing import refresh_and_tell
from pipelines.home import Home
from pipelines.lock import run_lock
from pipelines.plan import nothing_to_do


@click.command(short_help="Load, refresh, check and publish what is new.")
@click.option("--full", is_flag=True, help="Recompute every table, whatever is new.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def run(full: bool, as_json: bool) -> None:
    """Do what the schedule does: load what is landed, refresh what is dirty, check, publish.

    Costs what is new: with nothing new it ends at once. Runs the Dagster job `refresh` in this process, so the run
    stands in the Dagster UI too. Raw segments older than THREADMART_RAW_DAYS (30) are removed once their canonical rows
    can stand in for them.
    """
    with told_in_one_line():
        home = Home.from_environment().make()
        if not full:
            with run_lock(home):
                is_done = nothing_to_do(home, time.time_ns() // 1_000_000)
            if is_done:
                _print_nothing_new(as_json)
                return
        refresh_and_tell(home, full=full, as_json=as_json)


def _print_nothing_new(as_json: bool) -> None:
    if as_json:
        print_json({"nothing_new": True})
    else:
        click.echo("Nothing new.")
