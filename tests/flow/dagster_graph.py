"""The Dagster graph as plain data. After a wanted change: python -m tests.flow.dagster_graph > tests/golden/dagster_graph.json"""

from __future__ import annotations

import json
from typing import Any

import dagster as dg

from pipelines.definitions import defs


def graph() -> dict[str, Any]:
    """Assets with their groups, deps, partitions and checks; jobs with their assets; schedules and sensors."""
    loaded = defs()
    assets = loaded.resolve_asset_graph()
    jobs = {job.name: job for job in loaded.resolve_all_job_defs() if not job.name.startswith("__")}
    return {
        "assets": {key.to_user_string(): _asset(assets, key) for key in sorted(assets.get_all_asset_keys())},
        "jobs": {
            name: {"assets": len(job.asset_layer.executable_asset_keys), "executor": job.executor_def.name}
            for name, job in sorted(jobs.items())
        },
        "schedules": {
            each.name: {"job": each.job_name, "cron": each.cron_schedule, "status": each.default_status.value}
            for each in loaded.schedules or ()
        },
        "sensors": {
            each.name: {"job": each.job_name, "seconds": each.minimum_interval_seconds, "status": each.default_status.value}
            for each in loaded.sensors or ()
        },
    }


def _asset(assets: Any, key: dg.AssetKey) -> dict[str, Any]:
    node = assets.get(key)
    checks = {each.name: "fail" if assets.get_check_spec(each).blocking else "warn" for each in sorted(node.check_keys)}
    return {
        "group": node.group_name,
        "deps": sorted(parent.to_user_string() for parent in node.parent_keys),
        **({"checks": checks} if checks else {}),
        **({"partitions": "daily"} if node.partitions_def else {}),
        **({"freshness": True} if node.freshness_policy else {}),
    }


if __name__ == "__main__":
    print(json.dumps(graph(), indent=1, sort_keys=True))  # noqa: T201
