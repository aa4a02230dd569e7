"""threadmart ingest"""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.cli.failure import told_in_one_line
from pipelines.cli.output import counted_records, live_line, print_columns, print_json
from pipelines.failure import first_line
from pipelines.home import Home
from pipelines.ingest import as_json, ingest_files, totals
from pipelines.landing.layout import MAX_SETTINGS_BYTES
from pipelines.loading import EMPTIED, Ingested
from pipelines.lock import run_lock
from pipelines.sources.mapping import MappingError, parse_mapping
from pipelines.sources.registry import SOURCE_NAMES
from warehouse.connection import open_warehouse


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
@click.option("--source", type=click.Choice(SOURCE_NAMES), help="Read every file as this source; by default the content tells.")
@click.option(
    "--mapping", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="TOML file that maps the columns of order tables."
)
@click.option("--json", "as_json_", is_flag=True, help="Print one JSON object instead of a table.")
def ingest(paths: tuple[Path, ...], source: str | None, mapping: Path | None, as_json_: bool) -> None:
    """Land and load files; a directory is walked.

    Takes webhook deliveries (JSON, JSONL), order tables (CSV, Parquet, JSONL) and shops.toml, plain or as .gz or .zst.
    Prints what became of each file's records: records = loaded + duplicate + quarantined + erased. A file that cannot
    be taken is named with the reason, the others are loaded, and the exit status is 1.
    """
    home = Home.from_environment()
    told = _mapping_text(mapping) if mapping else None
    with told_in_one_line(), run_lock(home), open_warehouse(home.warehouse, temp=home.tmp) as con, live_line() as say:
        done = ingest_files(home, con, paths, source=source, mapping=told, progress=counted_records(say))
    _print(done, as_json_)
    for line in done.refused.values():
        click.echo(f"refused: {line}", err=True)
    if done.refused:
        raise SystemExit(1)


def _mapping_text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(MAX_SETTINGS_BYTES + 1)
        if len(text) > MAX_SETTINGS_BYTES:
            raise MappingError(f"more than {MAX_SETTINGS_BYTES // 1024} KiB")
        parse_mapping(text, str(path))
    except (MappingError, UnicodeDecodeError, OSError) as error:
        raise click.UsageError(f"--mapping {path}: {first_line(error)}") from error
    return text


def _print(done: Ingested, as_json_: bool) -> None:
    if as_json_:
        print_json({"files": [as_json(row) for row in done.files], "totals": totals(done.files)})
        return
    counts = ("records", "loaded", "duplicate", "quarantined")
    if done.files:
        rows = [(row.path, row.source, *(getattr(row, name) for name in counts), _reasons(row.reasons)) for row in done.files]
        if len(done.files) > 1:
            sums = totals(done.files)
            rows.append((f"{len(done.files)} files", "", *(sums[name] for name in counts), ""))
        print_columns(("file", "source", *counts, "why quarantined"), rows)
    if done.is_emptied:
        click.echo(EMPTIED)
    if done.is_reloaded:
        click.echo("The shop settings changed for loaded data: everything was loaded again from landing.")


def _reasons(reasons: dict[str, int]) -> str:
    return ", ".join(f"{code} {count:,}" for code, count in reasons.items())
