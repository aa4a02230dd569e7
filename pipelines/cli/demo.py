"""threadmart demo"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import click

from pipelines.cli.failure import told_in_one_line
from pipelines.cli.output import Ticker, counted_records, live_line
from pipelines.home import Home
from pipelines.ingest import ingest_files, totals
from pipelines.loading import Ingested
from pipelines.lock import run_lock
from pipelines.truth import Compared, compare, read_truth
from warehouse.connection import open_warehouse
from warehouse.currency import money
from warehouse.laws import check_laws
from warehouse.snapshot import latest, open_reports, shops

SHOPS, DAYS = 6, 35  # from 1 March: the clocks change in America on the 8th, in Europe on the 29th
_MARK = "made-by-threadmart-demo"  # only a directory that holds this file is ever removed


@click.command()
@click.option("--events", type=click.IntRange(min=1000), default=200_000, show_default=True, help="Size of the world.")
@click.option("--seed", type=int, default=7, show_default=True, help="Another seed is another world.")
@click.option("--clean", is_flag=True, help="Only remove what a demo left.")
def demo(events: int, seed: int, clean: bool) -> None:
    """Run the whole pipeline on a made-up world of six shops.

    Simulates what their customers, shop systems and ad accounts send, takes it in, computes, checks and publishes it,
    and compares every total with the world's own truth. Its state lies apart from yours, in THREADMART_HOME/demo, and
    is made anew each time.
    """
    home = Home(Home.from_environment().path / "demo")
    with told_in_one_line():
        _remove(home.path)
        if clean:
            click.echo(f"{home.path} is removed.")
            return
        home.make()
        (home.path / _MARK).touch()
        _run(home, events, seed)


def _run(home: Home, events: int, seed: int) -> None:
    started = time.monotonic()
    world = home.path / "world"
    with _step("simulate", "what six shops receive in five weeks") as say:
        told = _simulate(world, events, seed, say)
    with _step("ingest", "land, normalise and load it") as say:
        taken = _ingest(home, world, say)
    with _step("run", "compute, check and publish") as say:
        _refresh(home, say)
    with _step("verify", "compare with the world's truth") as say:
        laws, compared = _verify(home, world, say)
    _conclude(home, told, taken, laws, compared, time.monotonic() - started)
    if compared.differences:
        raise click.ClickException(f"{len(compared.differences):,} totals differ, such as {compared.differences[0]}")


@contextmanager
def _step(name: str, what: str) -> Iterator[Ticker]:
    """Shows a step while it works, and how long it took; a step that fails is the last one shown."""
    started = time.monotonic()
    with live_line() as say:
        say(f"  {name} …")
        yield lambda text: say(f"  {name} … {text}")
    click.echo(f"  {name:<9} {what:<36} {time.monotonic() - started:6.1f} s")


def _simulate(world: Path, events: int, seed: int, say: Ticker) -> int:
    from pipelines.simulate.command import simulate

    return simulate(world, shops=SHOPS, days=DAYS, events=events, seed=seed, progress=lambda done: say(f"{done:,} events")).events


def _ingest(home: Home, world: Path, say: Ticker) -> Ingested:
    with run_lock(home), open_warehouse(home.warehouse, temp=home.tmp) as con:
        taken = ingest_files(
            home,
            con,
            [world / "shops.toml", world / "deliveries"],
            source=None,
            mapping=None,
            progress=counted_records(say),
        )
    if taken.refused:
        raise click.ClickException(next(iter(taken.refused.values())))
    return taken


def _refresh(home: Home, say: Ticker) -> None:
    from pipelines.refresh_job import execute_refresh

    done = execute_refresh(home, finished=lambda asset: say(asset.name))
    if not done.succeeded:
        raise click.ClickException(done.failures[0])


def _verify(home: Home, world: Path, say: Ticker) -> tuple[int, Compared]:
    """How many laws hold (all, or it is an error), and the comparison with the truth."""
    with run_lock(home), open_warehouse(home.warehouse, temp=home.tmp) as con:
        say("the laws")
        verdicts = check_laws(con)
        broken = [verdict.law for verdict in verdicts if not verdict.holds]
        if broken:
            raise click.ClickException(f"a law is broken: {broken[0]}")
        say("the totals")
        return len(verdicts), compare(con, read_truth(world / "truth.json"))


def _conclude(home: Home, events: int, taken: Ingested, laws: int, compared: Compared, seconds: float) -> None:
    """Five lines of result, then where to look."""
    version = latest(home.published)
    assert version is not None, "a run that succeeded has published"
    sums = totals(taken.files)
    with open_reports(version) as con:
        rows = con.execute(
            "select currency, cast(sum(orders) as bigint), cast(sum(net_minor) as bigint)"
            " from shop_spend_daily where orders > 0 group by currency order by currency"
        ).fetchall()
        names = dict(con.execute("select shop_id, name from shop").fetchall())
    equal = "all equal, to the minor unit" if not compared.differences else f"{len(compared.differences):,} DIFFER"
    click.echo(f"""
World      {events:,} events of {SHOPS} shops in {DAYS} days
Records    {sums["records"]:,} = {sums["loaded"]:,} loaded + {sums["duplicate"]:,} duplicate + {sums["quarantined"]:,} quarantined
Orders     {sum(orders for _, orders, _ in rows):,}; net {" · ".join(money(net, currency) for currency, _, net in rows)}
Verified   {compared.figures:,} totals against the world's truth: {equal}; {laws} checks of the laws hold
Published  {version.name} in {seconds:.0f} s: {len(list(version.glob("shop=*/*.parquet"))):,} Parquet files and a report for each shop

Open       {_address(version / "index.html")}""")
    for shop_id in shops(version):
        click.echo(f"           {_address(version / f'shop={shop_id}' / 'report.html')}  {names[shop_id]}")


def _address(page: Path) -> str:
    """A file address; unlike `Path.as_uri` it leaves the `=` of `shop=` readable, as RFC 8089 allows."""
    return f"file://{quote(str(page), safe='/=')}"


def _remove(place: Path) -> None:
    """Removes what an earlier demo left. Raises UsageError where the directory holds something else."""
    if not place.exists():
        return
    if any(place.iterdir()) and not (place / _MARK).exists():
        raise click.UsageError(f"{place} was not made by a demo; name another THREADMART_HOME")
    shutil.rmtree(place)
