"""The tables that SQL computes, one asset per file, and the days of which can be asked for anew."""

from datetime import date

import dagster as dg

from pipelines.sql_assets import sql_asset
from pipelines.warehouse_run import WarehouseRun
from warehouse.dirty import mark_days_dirty
from warehouse.models import load_models

# Labels are shop-local dates. Two more than the UTC dates that are over: today, and tomorrow, where it has begun in some zone.
DAYS = dg.DailyPartitionsDefinition(start_date="2004-01-01", timezone="UTC", end_offset=2)


@dg.asset(
    name="refreshed_day",
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    group_name="days",
    kinds={"duckdb"},
)
def refreshed_day(context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[WarehouseRun]) -> dg.MaterializeResult:
    """Shop-local days. Materialising some marks them in every table kept by day; the next `refresh` recomputes them.

    A refresh logs a materialisation for each day it recomputed.
    """
    days = [date.fromisoformat(label) for label in context.partition_keys]
    mark_days_dirty(warehouse.con, days)
    return dg.MaterializeResult(metadata={"marked_days": len(days)})


sql_tables = [sql_asset(model) for model in load_models()]
