"""threadmart run"""

from __future__ import annotations

import click

from pipelines.cli.failure import told_in_one_line
from pipelines.cli.output import live_line, print_json
from pipelines.home import Home
from pipelines.lock import run_lock
from pipelines.plan import nothing_new, recompute_everything
from warehouse.connection import open_warehouse


@click.command()
@click.option("--full", is_flag=True, help="Recompute every table, whatever is new.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def run(full: bool, as_json: bool) -> None:
    """Do what the schedule does: load what is landed, refresh what is dirty, check, publish.

    Costs what is new: with nothing new it ends at once. Runs the Dagster job `refresh` in this process, so the run
    stands in the Dagster UI too.
    """
    home = Home.from_environment().make()
    with told_in_one_line():
        with run_lock(home):
            if full and home.warehouse.exists():
                with open_warehouse(home.warehouse, temp=home.tmp) as con:
                    recompute_everything(con)
            elif nothing_new(home):
                _print_nothing_new(as_json)
                return
        from pipelines.refresh_job import execute_refresh

        with live_line() as say:
            done = execute_refresh(home, progress=say)
    if as_json:
        print_json(done.as_dict())
    else:
        click.echo(done.sentence())
    if not done.succeeded:
        raise SystemExit(1)


def _print_nothing_new(as_json: bool) -> None:
    if as_json:
        print_json({"nothing_new": True})
    else:
        click.echo("Nothing new.")
