"""Where Dagster keeps its state: in the home, whatever folder and environment it is started from."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster import DagsterInstance
from dagster._core.instance.ref import InstanceRef
from dagster._serdes import ConfigurableClassData

from pipelines.home import Home

_ROOT = Path(__file__).resolve().parents[1]
PROJECT = _ROOT if (_ROOT / "dagster.yaml").exists() else Path(sys.prefix, "share", "threadmart")  # holds dagster.yaml
KEPT_RUNS = 200  # about 2 MB each


class HomeInstance(DagsterInstance):
    """The instance that dagster.yaml names: runs, events, schedules and artifacts lie in `Home.dagster`."""

    @classmethod
    def config_schema(cls) -> dict[str, Any]:
        return {}

    @staticmethod
    def config_defaults(base_dir: str) -> Mapping[str, ConfigurableClassData | None]:
        """Dagster's defaults with the home in place of `base_dir`, the folder that holds dagster.yaml, and our storage."""
        folder = str(Home.from_environment().dagster)
        storage = ConfigurableClassData("pipelines.dagster_storage", "HomeStorage", f"base_dir: {folder!r}")
        return {**InstanceRef.config_defaults(folder), "storage": storage}


def home_instance() -> DagsterInstance:
    """The instance of THREADMART_HOME, as configured in dagster.yaml; the caller disposes of it."""
    return DagsterInstance.from_ref(InstanceRef.from_dir(str(PROJECT)))


def prune_runs(instance: DagsterInstance, home: Home, keep: int = KEPT_RUNS) -> None:
    """Deletes all but the newest runs with their event files; Dagster would keep every run for ever."""
    for run_id in instance.get_run_ids()[keep:]:
        instance.delete_run(run_id)
        (home.dagster / "history" / "runs" / f"{run_id}.db").unlink(missing_ok=True)
