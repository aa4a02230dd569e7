"""The code location: everything in pipelines/defs, each run in one process.

One process, because one process writes the warehouse and starting a process per step costs more than the step.
"""

from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    found = dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
    return dg.Definitions.merge(found, dg.Definitions(executor=dg.in_process_executor))
