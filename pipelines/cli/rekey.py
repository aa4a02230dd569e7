"""threadmart rekey"""

from __future__ import annotations

import click

from pipelines.cli.failure import told_in_one_line
from pipelines.cli.output import counted_records, live_line, print_json
from pipelines.home import Home
from pipelines.loading import open_loader
from pipelines.lock import run_lock
from pipelines.rekeying import Rekeyed, count_outdated, rekey_outdated
from warehouse.connection import open_warehouse


@click.command(short_help="Move what is loaded to the shops that own it now.")
@click.option("--dry-run", is_flag=True, help="Only say what would be moved.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rekey(dry_run: bool, as_json: bool) -> None:
    """Move what is loaded to the shops that own it now, as the shops.toml in force says: claims, other shops, other groups.

    Persons are keyed per shop. What raw landing still holds is read again; of older rows the vault tells who they are about.
    Everything is loaded again then; the next `threadmart run` computes the reports.
    """
    home = Home.from_environment()
    with told_in_one_line(), run_lock(home), open_warehouse(home.warehouse, temp=home.tmp) as con, live_line() as say:
        loader = open_loader(home, con)
        done = count_outdated(loader) if dry_run else rekey_outdated(loader, counted_records(say))
    _print(done, dry_run, as_json)
    for line in done.refused:
        click.echo(f"refused: {line}", err=True)
    if done.refused:
        raise SystemExit(1)


def _print(done: Rekeyed, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_json({"read_again": done.read_again, "moved": done.moved, "persons": done.persons, "unknown_persons": done.unknown_persons})
        return
    if not (done.read_again or done.moved or done.refused):
        click.echo("Nothing to move: everything is with the shops that own it.")
        return
    would = "would be " if dry_run else ""
    click.echo(f"{done.read_again:,} segments {would}read again, {done.moved:,} {would}moved from their rows.")
    if not dry_run:
        click.echo(f"{done.persons:,} persons have new keys; {done.unknown_persons:,} are not in the vault and keep theirs.")
