"""Measures the interest scores on a made-up world and on public order tables: `make interest`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pipelines.cli.output import live_line
from pipelines.home import Home
from pipelines.ingest import ingest_files
from pipelines.interest_quality.judging import Hits, judge, table
from pipelines.markdown import with_section
from pipelines.simulate.command import MIN_DAYS, simulate
from warehouse.connection import open_warehouse

_EXAMPLES = Path(__file__).parents[2] / "examples"
_TABLES = {
    "UCI Online Retail, last 4 weeks": ("online_retail_uci/online_retail.parquet", "uci_online_retail.toml", 4),
    "dunnhumby Complete Journey (5 % sample), last 4 weeks": (
        "dunnhumby_completejourney/transactions_sample.parquet",
        "dunnhumby_complete_journey.toml",
        4,
    ),
}
_WORLD, _WORLD_SHOPS, _WORLD_WEEKS, _WORLD_SEED = "the demo's world, last 2 weeks", 6, 2, 7


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the public data sets; without it only the made-up world serves.")
@click.option("--events", default=200_000, show_default=True, help="Events of the made-up world.")
@click.option("--page", type=click.Path(path_type=Path, exists=True), help="Page whose section of figures is rewritten, given --data.")
def main(data: Path | None, events: int, page: Path | None) -> None:
    """Prints hit@5 of interest and of popularity on held-out weeks, with n and 95 % intervals."""
    found: dict[str, Hits] = {}
    with TemporaryDirectory() as place:
        world = Path(place) / "world"
        simulate(world, shops=_WORLD_SHOPS, days=MIN_DAYS, events=events, seed=_WORLD_SEED)
        found[_WORLD] = _judged(_WORLD, Path(place) / "home", [world / "shops.toml", world / "deliveries"], None, _WORLD_WEEKS)
    for name, (path, mapping, weeks) in _TABLES.items():
        if data is not None and (data / path).exists():
            with TemporaryDirectory() as place:
                told = (_EXAMPLES / mapping).read_text(encoding="utf-8")
                found[name] = _judged(name, Path(place) / "home", [data / path], told, weeks)
    lines = table(found)
    click.echo("\n".join(lines))
    if page is not None and len(found) > len(_TABLES):
        page.write_text(with_section(page.read_text(encoding="utf-8"), "interest", lines), encoding="utf-8")


def _judged(name: str, place: Path, paths: list[Path], mapping: str | None, weeks: int) -> Hits:
    home = Home(place).make()
    with open_warehouse(home.warehouse, temp=home.tmp) as con, live_line() as say:
        say(f"{name}: loading")
        ingest_files(home, con, paths, source=None, mapping=mapping, progress=None)
        return judge(con, weeks, lambda what: say(f"{name}: {what}"))


if __name__ == "__main__":
    main()
