"""threadmart report"""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from pipelines.cli.failure import told_in_one_line
from pipelines.cli.output import print_json
from pipelines.cli.report_table import columns_shown, print_description, print_table
from pipelines.cli.report_topics import print_topics
from pipelines.home import Home
from warehouse.models import Model, load_models
from warehouse.snapshot import latest, open_reports

if TYPE_CHECKING:
    import duckdb
    import pyarrow

_DAY_COLUMNS = ("day_on", "month_on")


@click.command()
@click.argument("name", required=False)
@click.option("--shop", help="Only this shop.")
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="First local day.")
@click.option("--to", "until", type=click.DateTime(["%Y-%m-%d"]), help="Last local day.")
@click.option("--model", help="Only this attribution model.")
@click.option("--window", help="Only this attribution window, such as 7d_click.")
@click.option("--level", help="Only this level: channel, campaign, adset, ad or product.")
@click.option("--columns", metavar="NAME,...", help="Only these columns, or `all`. A table of a wide report shows the main ones by itself.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json", "parquet"]), default="table", show_default=True, help="How to print it."
)
@click.option("--describe", is_flag=True, help="Tell what the report and each of its columns mean.")
def report(
    name: str | None,
    shop: str | None,
    since: datetime | None,
    until: datetime | None,
    model: str | None,
    window: str | None,
    level: str | None,
    columns: str | None,
    form: str,
    describe: bool,
) -> None:
    """Print a published report; without a name, list the reports.

    Reads the last published version, of all shops. Money is in minor units of `currency`: 1999 EUR are 19.99 euros.

    \b
    threadmart report                                  the reports there are, by topic
    threadmart report attribution --describe           what its columns mean
    threadmart report shop_spend_daily --shop S --from 2026-03-01
    threadmart report attribution --model markov_1 --window 7d_click --level channel
    threadmart report attribution --format csv > attribution.csv
    """
    reports = {each.table: each for each in load_models() if each.schema == "reports"}
    if name is None:
        print_topics({table: each.description for table, each in reports.items()})
        return
    if name not in reports:
        raise click.UsageError(f"there is no report {name!r}; `threadmart report` lists them")
    told = reports[name]
    if describe:
        print_description(told)
        return
    version = latest(Home.from_environment().published)
    if version is None:
        raise click.ClickException("nothing is published yet; `threadmart run` publishes")
    equal = {"shop_id": shop, "model": model, "attribution_window": window, "level": level}
    wanted = _wanted(told, since, until, equal)
    shown = _shown(told, columns, form, {column for column, value in equal.items() if value is not None})
    with told_in_one_line(), open_reports(version) as con:
        if name not in {row[0] for row in con.execute("select view_name from duckdb_views() where not internal").fetchall()}:
            _print_no_shop(form)
            return
        where = " and ".join(["true", *(f"{column} {operator} ?" for column, operator, _ in wanted)])
        query = f'select {", ".join(shown)} from "{name}" where {where} order by {", ".join(told.grain)}'
        rows = con.sql(query, params=[value for *_, value in wanted]).to_arrow_table()
        if not rows.num_rows:
            _say_what_there_is(con, name, {column: value for column, value in equal.items() if value is not None})
    if form == "table":
        hidden = [] if columns else [each for each in told.columns if each not in shown and equal.get(each) is None]
        print_table(name, rows.to_pylist(), shown, hidden)
    else:
        _print(rows, form)


Wanted = tuple[str, str, str | date]


def _wanted(told: Model, since: datetime | None, until: datetime | None, equal: dict[str, str | None]) -> list[Wanted]:
    """(column, operator, value) of what the options select. A month is selected by any of its days."""
    day = next((column for column in _DAY_COLUMNS if column in told.columns), "day_on")
    first = since.date() if since else None
    if first and day == "month_on":
        first = first.replace(day=1)
    wanted: list[tuple[str, str, str | date | None]] = [
        *((column, "=", value) for column, value in equal.items()),
        (day, ">=", first),
        (day, "<=", until.date() if until else None),
    ]
    chosen = [(column, operator, value) for column, operator, value in wanted if value is not None]
    for column, *_ in chosen:
        if column not in told.columns:
            raise click.UsageError(f"report {told.table} has no {column} to select by; it has {', '.join(told.columns)}")
    return chosen


def _shown(told: Model, columns: str | None, form: str, fixed: set[str]) -> list[str]:
    """The columns to print: those asked for, else all, of which a screen shows the main ones."""
    if columns and columns != "all":
        shown = [each.strip() for each in columns.split(",")]
        if unknown := [each for each in shown if each not in told.columns]:
            raise click.UsageError(f"--columns: report {told.table} has no {unknown[0]!r}; it has {', '.join(told.columns)}")
        return shown
    return columns_shown(told.table, list(told.columns), fixed) if form == "table" and not columns else list(told.columns)


def _print_no_shop(form: str) -> None:
    if form == "json":
        print_json([])
    else:
        click.echo("No shop is published yet; `threadmart ingest` takes data in.", err=True)


def _say_what_there_is(con: duckdb.DuckDBPyConnection, name: str, equal: dict[str, str]) -> None:
    """Nothing was selected: is it a value that the report does not have?"""
    for column, value in equal.items():
        known = [each for (each,) in con.execute(f'select distinct {column} from "{name}" order by 1').fetchall()]
        if value not in known:
            click.echo(f"No row of {name} has {column} {value}; there are {', '.join(known) or 'none'}.", err=True)


def _print(table: pyarrow.Table, form: str) -> None:
    if form == "json":
        print_json(table.to_pylist())
    elif form == "csv":
        from pyarrow import csv

        csv.write_csv(table, sys.stdout.buffer)
    else:
        from pyarrow import parquet

        parquet.write_table(table, sys.stdout.buffer)
