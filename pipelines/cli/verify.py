"""threadmart verify"""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.attribution.solvers import SOLVERS
from pipelines.cli.failure import told_in_one_line
from pipelines.cli.output import live_line, print_json
from pipelines.home import Home
from pipelines.lock import run_lock
from pipelines.plan import nothing_new
from pipelines.truth import Compared, TruthError, compare, read_truth
from warehouse.connection import open_warehouse
from warehouse.laws import Verdict, check_incremental_equals_full, check_laws

_SHOWN = 20


@click.command(short_help="Check the laws, and totals against a truth file.")
@click.argument("truth", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(truth: Path | None, as_json: bool) -> None:
    """Check the laws on what is stored, and the totals against a world's TRUTH file.

    Recomputes every table and compares it with what is stored, so it costs what a full run costs. A table that differs is
    named and put right; the next run publishes it.
    """
    home = Home.from_environment()
    compared = None
    with told_in_one_line():
        try:
            expected = read_truth(truth) if truth else None
        except TruthError as error:
            raise click.UsageError(str(error)) from error
        if not home.warehouse.exists():
            raise click.ClickException(f"{home.warehouse}: there is no warehouse yet; `threadmart ingest` makes it")
        with run_lock(home):
            if not nothing_new(home):
                raise click.ClickException("something is not refreshed yet; `threadmart run` first")
            with open_warehouse(home.warehouse, temp=home.tmp) as con, live_line() as say:
                say("checking the laws …")
                verdicts = check_laws(con)
                say("recomputing every table …")
                verdicts.append(check_incremental_equals_full(con, SOLVERS))
                if expected is not None:
                    compared = compare(con, expected)
    _print(verdicts, compared, as_json)
    if not all(verdict.holds for verdict in verdicts) or (compared and compared.differences):
        raise SystemExit(1)


def _print(verdicts: list[Verdict], compared: Compared | None, as_json: bool) -> None:
    if as_json:
        laws = [{"law": v.law, "holds": v.holds, "broken": v.broken, "example": v.example} for v in verdicts]
        print_json({"laws": laws, "truth": {"figures": compared.figures, "differences": compared.differences} if compared else None})
        return
    for verdict in verdicts:
        click.echo(f"{'ok    ' if verdict.holds else 'BROKEN'}  {verdict.law}")
        if not verdict.holds:
            click.echo(f"        {verdict.broken:,} break it, such as {verdict.example}")
    if compared is None:
        return
    if not compared.differences:
        click.echo(f"ok      All {compared.figures:,} expected totals are equal.")
    for line in compared.differences[:_SHOWN]:
        click.echo(f"DIFFERS {line}")
    if len(compared.differences) > _SHOWN:
        click.echo(f"… and {len(compared.differences) - _SHOWN:,} more of {compared.figures:,} totals")
