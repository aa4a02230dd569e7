"""Runs the job `refresh` in this process and tells what it did. Importing it imports Dagster (more than a second)."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import dagster as dg

from pipelines.dagster_home import home_instance
from pipelines.definitions import defs
from pipelines.home import Home
from pipelines.loading import EMPTIED
from pipelines.warehouse_run import hold_warehouse
from warehouse.dirty import mark_all_dirty
from warehouse.models import load_models

_SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class FinishedAsset:
    """An asset that the run materialised. `changed_rows` is None where the asset does not count changes."""

    name: str
    rows: int | None
    changed_rows: int | None


@dataclass
class RefreshSummary:
    """What a run did. `notes`, `warnings` and `failures` are lines for people; the run succeeded where `failures` is empty."""

    run_id: str
    assets: list[FinishedAsset] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    version: str | None = None

    @property
    def succeeded(self) -> bool:
        return not self.failures


def execute_refresh(home: Home, *, full: bool = False, finished: Callable[[FinishedAsset], None] | None = None) -> RefreshSummary:
    """Runs `refresh`, recorded in the Dagster instance of `home`; `full` recomputes every row of every table.

    Prints nothing; `finished` is called after each asset. A failed step is told in the summary, not raised. Raises
    LockTimeout while another run works, and WarehouseUnreadable.
    """
    os.environ["THREADMART_HOME"] = str(home.path)  # which dagster.yaml and the definitions go by
    summary = RefreshSummary(str(uuid4()))

    def note(entry: dg.EventLogEntry) -> None:
        if entry.dagster_event is not None:
            _note(entry.dagster_event, summary, finished)

    with hold_warehouse(home) as run, home_instance() as instance:
        if run.is_emptied:
            summary.notes.append(EMPTIED)
        if full:
            mark_all_dirty(run.con, load_models())
        instance.add_event_listener(summary.run_id, note)
        job = defs().resolve_job_def("refresh")
        result = job.execute_in_process(
            run_config=_SILENT, instance=instance, raise_on_error=False, run_id=summary.run_id, resources={"warehouse": run}
        )
    if not result.success and not summary.failures:
        summary.failures.append(f"run {summary.run_id} did not finish")
    return summary


def _note(event: dg.DagsterEvent, summary: RefreshSummary, finished: Callable[[FinishedAsset], None] | None) -> None:
    if event.is_step_materialization and event.partition is None:
        told = event.step_materialization_data.materialization
        values: dict[str, Any] = {name: value.value for name, value in told.metadata.items()}
        asset = FinishedAsset(".".join(told.asset_key.path), values.get("dagster/row_count"), values.get("changed_rows"))
        summary.assets.append(asset)
        summary.version = values.get("version", summary.version)
        summary.notes += values.get("notes", ())
        summary.warnings += [f"refused: {line}" for line in values.get("refused", ())]
        if finished:
            finished(asset)
    elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
        check = event.asset_check_evaluation_data
        if not check.passed and check.severity == dg.AssetCheckSeverity.WARN:
            told_values = ", ".join(f"{name} {value.value}" for name, value in check.metadata.items())
            summary.warnings.append(f"{'.'.join(check.asset_key.path)}: {check.check_name} ({told_values})")
    elif event.is_step_failure:
        summary.failures.append(_failure_line(event))


def _failure_line(event: dg.DagsterEvent) -> str:
    """The innermost reason of a failed step."""
    data = event.step_failure_data
    if data.user_failure_data is not None and data.user_failure_data.description:
        return data.user_failure_data.description
    error = data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return f"{event.step_key}: {error.message.strip().splitlines()[0] if error else 'failed'}"
