"""threadmart rebuild"""

from __future__ import annotations

import click

from pipelines.cli.failure import told_in_one_line
from pipelines.cli.output import counted_records, live_line
from pipelines.cli.refreshing import refresh_and_tell
from pipelines.home import Home
from pipelines.loading import open_loader
from pipelines.lock import run_lock
from warehouse.connection import REFRESH_MEMORY_LIMIT, open_warehouse


@click.command(short_help="Make the warehouse anew from landing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rebuild(as_json: bool) -> None:
    """Make the warehouse anew from landing; the reports come out the same.

    The warehouse file is a cache: a damaged or deleted one is replaced. Where raw segments have expired, their canonical rows serve.
    """
    home = Home.from_environment()
    with told_in_one_line():
        with run_lock(home), live_line() as say:
            home.make()
            aside = home.warehouse.with_suffix(".rebuilding")
            for leftover in (aside, aside.with_name(f"{aside.name}.wal")):
                leftover.unlink(missing_ok=True)
            with open_warehouse(aside, temp=home.tmp, memory_limit=REFRESH_MEMORY_LIMIT) as con:
                done = open_loader(home, con).load_landed(counted_records(say))
            home.warehouse.with_name(home.warehouse.name + ".wal").unlink(missing_ok=True)
            aside.rename(home.warehouse)
        if not as_json:
            click.echo(f"Loaded {len(done.files):,} segments again.")
        refresh_and_tell(home, full=False, as_json=as_json)
    for line in done.refused.values():
        click.echo(f"refused: {line}", err=True)
    if done.refused:
        raise SystemExit(1)
