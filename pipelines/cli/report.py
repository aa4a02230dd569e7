"""threadmart report"""

from __future__ import annotations

import sys
from datetime import date, datetime

import click
import duckdb

from pipelines.cli.failure import told_in_one_line
from pipelines.cli.output import print_columns, print_json
from pipelines.home import Home
from warehouse.models import Model, load_models
from warehouse.snapshot import latest, open_reports

_DAY_COLUMNS = ("day_on", "month_on")


@click.command()
@click.argument("name", required=False)
@click.option("--shop", help="Only this shop.")
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="First local day.")
@click.option("--to", "until", type=click.DateTime(["%Y-%m-%d"]), help="Last local day.")
@click.option("--model", help="Only this attribution model.")
@click.option("--window", help="Only this attribution window, such as 7d_click.")
@click.option("--level", help="Only this level: channel, campaign, adset, ad or product.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json", "parquet"]), default="table", show_default=True, help="How to print it."
)
def report(
    name: str | None,
    shop: str | None,
    since: datetime | None,
    until: datetime | None,
    model: str | None,
    window: str | None,
    level: str | None,
    form: str,
) -> None:
    """Print a published report; without a name, list the reports.

    Reads the last published version, of all shops. Money is in minor units of `currency`.
    """
    reports = {each.table: each for each in load_models() if each.schema == "reports"}
    if name is None:
        print_columns(
            ("report", "what it tells", "one row per"), [(n, m.description, ", ".join(m.grain)) for n, m in sorted(reports.items())]
        )
        return
    if name not in reports:
        raise click.UsageError(f"there is no report {name!r}; `threadmart report` lists them")
    version = latest(Home.from_environment().published)
    if version is None:
        raise click.ClickException("nothing is published yet; `threadmart run` publishes")
    wanted = _wanted(reports[name], since, until, {"shop_id": shop, "model": model, "attribution_window": window, "level": level})
    with told_in_one_line(), open_reports(version) as con:
        if name not in {row[0] for row in con.execute("select view_name from duckdb_views() where not internal").fetchall()}:
            _print_no_shop(form)
            return
        where = " and ".join(["true", *(f"{column} {operator} ?" for column, operator, _ in wanted)])
        order = ", ".join(reports[name].grain)
        _print(con.sql(f'select * from "{name}" where {where} order by {order}', params=[value for *_, value in wanted]), form)


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


def _print_no_shop(form: str) -> None:
    if form == "json":
        print_json([])
    else:
        click.echo("No shop is published yet; `threadmart ingest` takes data in.", err=True)


def _print(relation: duckdb.DuckDBPyRelation, form: str) -> None:
    table = relation.to_arrow_table()
    if form == "json":
        print_json(table.to_pylist())
    elif form == "csv":
        from pyarrow import csv

        csv.write_csv(table, sys.stdout.buffer)
    elif form == "parquet":
        from pyarrow import parquet

        parquet.write_table(table, sys.stdout.buffer)
    else:
        print_columns(table.column_names, [tuple(row.values()) for row in table.to_pylist()])
