"""The code location: everything in pipelines/defs, each run in one process.

One process, because one process writes the warehouse and starting a process per step costs more than the step.
"""

import dagster as dg

from pipelines import defs as folder
from pipelines.defs import automation
from pipelines.defs.resources import held_warehouse


@dg.definitions
def defs() -> dg.Definitions:
    return dg.Definitions(
        assets=dg.load_assets_from_package_module(folder, include_specs=True),
        asset_checks=dg.load_asset_checks_from_package_module(folder),
        jobs=[automation.refresh, automation.refresh_day],
        schedules=[automation.hourly],
        sensors=[automation.landing],
        resources={"warehouse": held_warehouse},
        executor=dg.in_process_executor,
    )
