"""Publishes the reports: one folder of Parquet files per shop in a new version, then the pointer is swapped."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines.home import Home
from pipelines.landing.segments import sync_folder
from warehouse.connection import transaction
from warehouse.dirty import PUBLISH
from warehouse.models import Model, load_models
from warehouse.snapshot import POINTER, latest

KEPT_VERSIONS = 5
SHOPS_AT_ONCE = 200  # whose rows of one report are in memory together: a query for each shop costs more than its rows


@dataclass(frozen=True)
class Published:
    """A published version. `files_written` counts Parquet files that are not taken over from the version before."""

    version: str
    path: Path
    shops: int
    files_written: int


def publish_snapshot(home: Home, con: duckdb.DuckDBPyConnection) -> Published:
    """Writes the reports that changed, takes over the others by hard link, writes the pages, swaps the pointer.

    A version's path is never used twice (DuckDB keeps an opened file by its path). Raises OSError.
    """
    before = latest(home.published)
    changed = {
        (model.removeprefix(f"{PUBLISH}reports."), shop_id)
        for model, shop_id in con.execute("select model, shop_id from raw.dirty where starts_with(model, ?)", [PUBLISH]).fetchall()
    }
    if before is not None and not changed:
        return Published(before.name, before, sum(1 for _ in before.glob("shop=*")), 0)
    version = _next_version(home.published)
    building = home.published / f".{version}.{uuid.uuid4().hex[:8]}"
    shops = [row[0] for row in con.execute("select shop_id from reports.shop order by shop_id").fetchall()]
    building.mkdir(parents=True, exist_ok=True)
    for shop_id in shops:
        (building / f"shop={shop_id}").mkdir()
    written = sum(_publish_report(con, report, shops, before, building, changed) for report in reports())
    _write_pages(building)
    _write_manifest(con, building, version, shops)
    final = home.published / version
    building.rename(final)
    sync_folder(home.published)
    _swap_pointer(home.published, version)
    with transaction(con):
        con.execute("delete from raw.dirty where starts_with(model, ?)", [PUBLISH])
    _prune(home.published, version)
    return Published(version, final, len(shops), written)


def reports() -> list[Model]:
    """The public tables."""
    return [model for model in load_models() if model.schema == "reports"]


def _publish_report(
    con: duckdb.DuckDBPyConnection, report: Model, shops: list[str], before: Path | None, building: Path, changed: set[tuple[str, str]]
) -> int:
    """One report of all shops: taken over where it did not change, else written. Returns how many files were written."""
    stale = []
    for shop_id in shops:
        place = Path(f"shop={shop_id}") / f"{report.table}.parquet"
        if before and (report.table, shop_id) not in changed and (before / place).exists():
            os.link(before / place, building / place)
        else:
            stale.append(shop_id)
    for first in range(0, len(stale), SHOPS_AT_ONCE):
        _write_parquet(con, report, stale[first : first + SHOPS_AT_ONCE], building)
    return len(stale)


def _write_parquet(con: duckdb.DuckDBPyConnection, report: Model, shops: list[str], building: Path) -> None:
    """Written by pyarrow: DuckDB marks a column as required by what its table once held, so equal rows gave other bytes.

    The bytes of a shop's file depend on its own rows alone: its slice is copied into one piece.
    """
    import pyarrow.parquet  # costs 0.3 s, which a run that publishes nothing need not pay

    order = ", ".join(dict.fromkeys(("shop_id", *report.grain)))
    rows = con.sql(f"select * from {report.name} where list_contains(?, shop_id) order by {order}", params=[shops]).to_arrow_table()
    counted = Counter(rows["shop_id"].to_pylist())
    first = 0
    for shop_id in sorted(shops):
        own = rows.slice(first, counted[shop_id]).combine_chunks()
        first += counted[shop_id]
        pyarrow.parquet.write_table(own, building / f"shop={shop_id}" / f"{report.table}.parquet", compression="zstd")


def _write_pages(version: Path) -> None:
    from dashboards.reports import write_reports

    write_reports(version)


def _write_manifest(con: duckdb.DuckDBPyConnection, folder: Path, version: str, shops: list[str]) -> None:
    counts = {report.table: con.execute(f"select count(*) from {report.name}").fetchall()[0][0] for report in reports()}
    manifest = {
        "version": version,
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "duckdb": duckdb.__version__,
        "shops": shops,
        "reports": {name: {"rows": rows} for name, rows in sorted(counts.items())},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _next_version(published: Path) -> str:
    current = published / POINTER
    told = [path.name for path in published.glob("v*")] + ([current.read_text(encoding="ascii").strip()] if current.exists() else [])
    numbers = [int(name[1:]) for name in told if name[1:].isdigit()]
    return f"v{max(numbers, default=0) + 1:06d}"


def _swap_pointer(published: Path, version: str) -> None:
    temporary = published / f".{POINTER}.{uuid.uuid4().hex[:8]}"
    temporary.write_text(version + "\n", encoding="ascii")
    temporary.rename(published / POINTER)
    sync_folder(published)


def _prune(published: Path, current: str) -> None:
    versions = sorted(path for path in published.glob("v*") if path.is_dir())
    for old in versions[:-KEPT_VERSIONS]:
        if old.name != current:
            shutil.rmtree(old, ignore_errors=True)
    for leftover in published.glob(".v*"):
        shutil.rmtree(leftover, ignore_errors=True)
