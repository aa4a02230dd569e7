"""From landing into raw: one step loads what has landed, one asset per raw table."""

import time
from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from pipelines.loading import Ingested, open_loader
from pipelines.markdown import table_preview
from pipelines.plan import load_landed
from pipelines.retention import Expired, expire_raw, raw_days, told
from pipelines.sql_assets import asset_key
from pipelines.table_metadata import table_metadata
from pipelines.warehouse_run import WarehouseRun
from warehouse.raw_tables import description_of, raw_tables

LEDGER = asset_key("raw.ledger")
QUARANTINE = asset_key("raw.quarantine")
SCHEMA_DRIFT = asset_key("raw.schema_drift")
LOADED_TABLES = (*map(asset_key, (f"raw.{table}" for table in raw_tables())), QUARANTINE, SCHEMA_DRIFT, LEDGER)
LEDGER_COLUMNS = ("path", "source", "records", "loaded", "duplicate", "quarantined", "erased")
_FILES_SHOWN = 10

# A day on which nothing at all arrives is news: the webhooks or the exports have stopped.
ARRIVAL = dg.FreshnessPolicy.time_window(warn_window=timedelta(hours=26), fail_window=timedelta(days=3))

deliveries = dg.AssetSpec(
    ["landing", "deliveries"],
    description="Every delivery as it arrived: sealed segments in landing/raw and files in drop/.",
    group_name="landing",
    kinds={"file"},
)


def _spec(key: dg.AssetKey) -> dg.AssetSpec:
    return dg.AssetSpec(
        key,
        deps=[deliveries],
        description=description_of(key.path[-1]),
        group_name="raw",
        kinds={"duckdb"},
        metadata={"dagster/table_name": ".".join(key.path), "file": f"warehouse/raw/{key.path[-1]}.sql"},
        freshness_policy=ARRIVAL if key == LEDGER else None,
    )


@dg.multi_asset(name="load", specs=[_spec(key) for key in LOADED_TABLES])
def load(warehouse: dg.ResourceParam[WarehouseRun]) -> Iterator[dg.MaterializeResult]:
    """Loads every landed file that has no ledger row yet; then removes raw segments whose time is over."""
    done = load_landed(warehouse.home, warehouse.con)
    expired = expire_raw(open_loader(warehouse.home, warehouse.con), raw_days(), time.time_ns() // 1_000_000)
    for key in LOADED_TABLES:
        table = ".".join(key.path)
        [[rows]] = warehouse.con.execute(f"select count(*) from {table}").fetchall()
        metadata: dict[str, int | float | dg.MetadataValue] = {"dagster/row_count": rows, **table_metadata(warehouse.con, table, {})}
        if key == LEDGER:
            metadata |= {"waited_seconds": round(warehouse.waited_seconds, 1), **_told(done), **_removed(expired)}
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)


def _told(done: Ingested) -> dict[str, int | float | dg.MetadataValue]:
    """The ledger rows of this load, summed and the first ones shown, and what could not be taken."""
    shown = [[getattr(row, column) for column in LEDGER_COLUMNS] for row in done.files[:_FILES_SHOWN]]
    counts = {f"{column}_count": sum(getattr(row, column) for row in done.files) for column in LEDGER_COLUMNS[2:]}
    return {
        "file_count": len(done.files),
        **counts,
        "files": dg.MetadataValue.md(table_preview(LEDGER_COLUMNS, shown)),
        "refused": dg.MetadataValue.json(list(done.refused.values())),
    }


def _removed(expired: Expired) -> dict[str, int | float | dg.MetadataValue]:
    return {"raw_removed_count": expired.segments, "raw_kept_count": expired.kept, "notes": dg.MetadataValue.json(told(expired))}
