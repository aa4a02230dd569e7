"""The last step of a refresh: a new published version of the reports."""

import dagster as dg

from pipelines.dagster_home import prune_runs
from pipelines.defs.ingest import ARRIVAL, LEDGER
from pipelines.defs.tables import refreshed_day
from pipelines.publish import publish_snapshot
from pipelines.sql_assets import asset_key
from pipelines.warehouse_run import WarehouseRun
from warehouse.models import load_models

# A logged day costs about 25 ms: a first load of years logs its newest days only.
_DAYS_LOGGED = 62


@dg.asset(
    key=["published", "reports"],
    deps=[LEDGER, *(asset_key(model.name) for model in load_models())],  # the ledger, for its check: nothing unbalanced is published
    group_name="publish",
    kinds={"parquet"},
    freshness_policy=ARRIVAL,
)
def publish(context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[WarehouseRun]) -> dg.MaterializeResult:
    """The reports as Parquet, one folder per shop: what dashboards and notebooks read."""
    published = publish_snapshot(warehouse.home, warehouse.con)
    days = sorted(warehouse.refreshed_days)
    for day in days[-_DAYS_LOGGED:]:
        context.log_event(dg.AssetMaterialization(refreshed_day.key, partition=day.isoformat()))
    prune_runs(context.instance, warehouse.home)
    return dg.MaterializeResult(
        data_version=dg.DataVersion(published.version),
        metadata={
            "version": published.version,
            "folder": dg.MetadataValue.path(published.path),
            "manifest": dg.MetadataValue.path(published.path / "manifest.json"),
            "shops": published.shops,
            "files_written": published.files_written,
            "refreshed_days": len(days),
        },
    )
