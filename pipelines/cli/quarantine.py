"""threadmart quarantine"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from pipelines.cli.failure import told_in_one_line
from pipelines.cli.output import counted_records, live_line, print_columns, print_json
from pipelines.home import Home
from pipelines.loading import Loader, open_loader
from pipelines.lock import run_lock
from pipelines.quarantine import Filters, RecordUnknown, Retried, drifted, quarantined, record_text
from pipelines.quarantine import retry as read_again
from pipelines.sources.quarantine import Reason
from warehouse.connection import open_warehouse

_WARNING = "This record was refused, and lies here as it arrived: it may hold names, messages, addresses and telephone numbers."
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _filtered(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which quarantined records are meant."""
    for option in (
        click.option("--reason", type=click.Choice([str(reason) for reason in Reason]), help="Records refused for this reason."),
        click.option("--source", help="Records of this source."),
        click.option("--shop", help="Records of files that hold something of this shop."),
    ):
        command = option(command)
    return command


@click.group(short_help="What was refused: list it, look at it, read it again.")
def quarantine() -> None:
    """Records that could not be read. They are counted and kept; docs/quarantine.md says what each reason means."""


@quarantine.command("list", short_help="Count what was refused, by source and reason.")
@_filtered
@_as_json
def list_(shop: str | None, source: str | None, reason: str | None, as_json: bool) -> None:
    """Count quarantined records by source and reason, with one of each to look at."""
    with _loader() as loader:
        rows = quarantined(loader, Filters(shop, source, reason))
    _print(rows, as_json, "Nothing is in quarantine.")


@quarantine.command(short_help="List fields that are new, of another type or missing.")
@click.option("--source", help="Fields of this source.")
@_as_json
def drift(source: str | None, as_json: bool) -> None:
    """List fields that are new, of another type or missing, against what is documented (or what the mapping of a table names).

    Such records are mostly loaded all the same: this is how you see that a platform or an export has changed.
    """
    with _loader() as loader:
        rows = drifted(loader, source)
    _print(rows, as_json, "Every field is as documented.")


@quarantine.command(short_help="Print a refused record as it arrived.")
@click.argument("pointer", metavar="SEGMENT:FRAME:ENTRY")
def show(pointer: str) -> None:
    """Print a quarantined record as it lies in raw landing, while that is kept."""
    with _loader() as loader:
        try:
            text, reason, field = record_text(loader, pointer)
        except RecordUnknown as error:
            raise click.ClickException(str(error)) from error
    sentence = next(each.sentence for each in Reason if each == reason)
    click.echo(f"{reason}{f' ({field})' if field else ''}: {sentence}\n{_WARNING}", err=True)
    click.echo(text)


@quarantine.command(short_help="Read the files of refused records again.")
@_filtered
@_as_json
def retry(shop: str | None, source: str | None, reason: str | None, as_json: bool) -> None:
    """Read the files of quarantined records again, after this version or the settings have learnt something.

    The files are loaded in place of what was loaded of them. `threadmart run` then refreshes the reports.
    """
    with _loader() as loader, live_line() as say:
        done = read_again(loader, Filters(shop, source, reason), counted_records(say))
    counts = [
        {"source": key[0], "reason": key[1], "before": done.before.get(key, 0), "after": done.after.get(key, 0)}
        for key in sorted(done.before.keys() | done.after.keys())
    ]
    if as_json:
        print_json({"files": done.segments, "expired": done.expired, "is_reloaded": done.is_reloaded, "quarantined": counts})
        return
    _print_retried(done, counts)


def _print_retried(done: Retried, counts: list[dict[str, Any]]) -> None:
    if counts:
        _print(counts, False, "")
    click.echo(f"{done.segments:,} files read again: {sum(done.before.values()):,} records were refused, {sum(done.after.values()):,} are.")
    if done.expired:
        click.echo(f"{done.expired:,} files cannot be read again: their raw segments have expired.")
    if done.is_reloaded:
        click.echo("They tell other rows than before, so everything was loaded again from landing.")


def _print(rows: list[dict[str, Any]], as_json: bool, none: str) -> None:
    if as_json:
        print_json(rows)
    elif rows:
        print_columns(tuple(rows[0]), [tuple(row.values()) for row in rows])
    else:
        click.echo(none)


@contextmanager
def _loader() -> Iterator[Loader]:
    """The warehouse of this home, filled again where another version made it."""
    home = Home.from_environment()
    with told_in_one_line(), run_lock(home), open_warehouse(home.warehouse, temp=home.tmp) as con:
        loader = open_loader(home, con)
        if loader.is_emptied:
            loader.load_landed()
        yield loader
