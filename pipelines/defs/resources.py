"""What runs are given: the warehouse, held for the whole run."""

from collections.abc import Iterator

import dagster as dg

from pipelines.home import Home
from pipelines.warehouse_run import WarehouseRun, hold_warehouse


@dg.resource(description="The warehouse of THREADMART_HOME. A run waits here until the one before it has ended.")
def held_warehouse(_context: dg.InitResourceContext) -> Iterator[WarehouseRun]:
    with hold_warehouse(Home.from_environment()) as run:
        yield run
