"""Turns one SQL model into one asset with its checks, refreshed and checked in one step."""

from collections.abc import Iterator, Sequence

import dagster as dg

from pipelines.table_metadata import table_metadata
from pipelines.warehouse_run import WarehouseRun
from warehouse.checks import CheckFailed, CheckOutcome
from warehouse.models import Check, Model, Partition
from warehouse.refresh import Refreshed, refresh

_SEVERITY = {"fail": dg.AssetCheckSeverity.ERROR, "warn": dg.AssetCheckSeverity.WARN}


def asset_key(table: str) -> dg.AssetKey:
    """`staging.orders` is the asset staging/orders."""
    return dg.AssetKey(table.split("."))


def sql_asset(model: Model) -> dg.AssetsDefinition:
    """The asset of one model. Its step fails, and its table stays as it was, when a `fail` check does not hold.

    Where nothing was dirty no check runs: all stored rows have met the `fail` checks, and of a `warn` check the last verdict
    stands. Dagster lets a check go without a verdict only where the step may be run in part, hence `can_subset`.
    """
    key = asset_key(model.name)
    spec = dg.AssetSpec(
        key,
        deps=[asset_key(each.name) for each in model.inputs],
        description=f"{model.description}\n\nGrain: {', '.join(model.grain)}. {_rewritten(model.partition)}",
        group_name=model.schema,
        kinds={"duckdb", "sql"},
        metadata={"dagster/table_name": model.name, "file": f"warehouse/{model.schema}/{model.table}.sql"},
    )

    @dg.multi_asset(name="__".join(key.path), specs=[spec], check_specs=_check_specs(model, key), can_subset=True)
    def refresh_table(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[WarehouseRun]
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
        from pipelines.attribution.solvers import SOLVERS  # with scipy and pyarrow, which the code location loads without

        if key not in context.selected_asset_keys:
            raise dg.Failure(f"The checks of {model.name} look at rows while they are computed: materialise the table", allow_retries=False)
        try:
            refreshed = refresh(warehouse.con, model, SOLVERS)
        except CheckFailed as failed:
            yield from _check_results(key, failed.outcomes)
            raise dg.Failure(str(failed), allow_retries=False) from failed
        warehouse.refreshed_days.update(refreshed.days)
        yield from _check_results(key, refreshed.checks or _standing(model))
        yield dg.MaterializeResult(asset_key=key, metadata=_metadata(warehouse, model, refreshed))

    return refresh_table


def _rewritten(partition: Partition) -> str:
    rows = f"The rows of one shop and {partition.column}" if partition.column else "All rows"
    return f"{rows} are rewritten together."


def _checks(model: Model) -> tuple[Check, ...]:
    """The checks that `refresh` tells the outcomes of: those of the file, and the grain."""
    return (Check("fail", "grain_is_unique", f"one row per {', '.join(model.grain)}"), *model.checks)


def _check_specs(model: Model, key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    return [dg.AssetCheckSpec(check.name, asset=key, description=check.text, blocking=check.severity == "fail") for check in _checks(model)]


def _standing(model: Model) -> list[CheckOutcome]:
    return [CheckOutcome(check.name, check.severity, 0) for check in _checks(model) if check.severity == "fail"]


def _check_results(key: dg.AssetKey, outcomes: Sequence[CheckOutcome]) -> Iterator[dg.AssetCheckResult]:
    for outcome in outcomes:
        yield dg.AssetCheckResult(
            asset_key=key,
            check_name=outcome.name,
            passed=outcome.passed,
            severity=_SEVERITY[outcome.severity],
            metadata={"failing_rows": outcome.failing_rows},
        )


def _metadata(warehouse: WarehouseRun, model: Model, refreshed: Refreshed) -> dict[str, int | dg.MetadataValue]:
    return {
        "dagster/row_count": refreshed.stored_rows,
        "refreshed_partitions": refreshed.partitions,
        "computed_rows": refreshed.rows,
        "changed_rows": refreshed.changed_rows,
        **table_metadata(warehouse.con, model.name, model.columns),
    }
