"""When runs start: each hour, and soon after something has landed; never where there is nothing new."""

import time

import dagster as dg

from pipelines.arrivals import arrivals_digest
from pipelines.defs.tables import refreshed_day
from pipelines.home import Home
from pipelines.lock import LockTimeout, run_lock
from pipelines.plan import nothing_new, nothing_to_do

refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(refreshed_day),
    description="Loads what has landed, refreshes what that changed, checks it, and publishes a new version.",
)

refresh_day = dg.define_asset_job(
    "refresh_day",
    selection=dg.AssetSelection.assets(refreshed_day),
    description="Marks days to be recomputed; the next `refresh` does it.",
)


@dg.schedule(job=refresh, cron_schedule="0 * * * *", default_status=dg.DefaultScheduleStatus.RUNNING)
def hourly(_context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Refreshes where something waits: what has landed, marked days, the rest of a failed run, raw segments whose time is over."""
    try:
        if _nothing_to_do(Home.from_environment()):
            return dg.SkipReason("Nothing has landed and no table waits.")
    except LockTimeout:
        return dg.SkipReason("A run is at work.")
    return dg.RunRequest()


@dg.sensor(job=refresh, minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.RUNNING)
def landing(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Refreshes when a segment is sealed or a file dropped. The cursor is a digest of what lies there."""
    home = Home.from_environment()
    digest = arrivals_digest(home)
    if digest == context.cursor:
        return dg.SkipReason("Nothing has landed since the last look.")
    try:
        if _nothing_waits(home):
            return dg.SensorResult(skip_reason="What has landed is loaded.", cursor=digest)
    except LockTimeout:
        return dg.SkipReason("A run is at work.")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=digest)], cursor=digest)


def _nothing_to_do(home: Home) -> bool:
    with run_lock(home, wait_seconds=0):
        return nothing_to_do(home, time.time_ns() // 1_000_000)


def _nothing_waits(home: Home) -> bool:
    """Looks into the warehouse, which only the holder of run.lock may open. Raises LockTimeout."""
    with run_lock(home, wait_seconds=0):
        return nothing_new(home)
