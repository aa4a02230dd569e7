"""What must hold of the load itself; the checks of the SQL tables stand in their files."""

from collections.abc import Iterator

import dagster as dg

from pipelines.defs.ingest import LEDGER, QUARANTINE
from pipelines.warehouse_run import WarehouseRun

_QUARANTINE_LIMIT = 0.05

_UNBALANCED = "select count(*) from raw.ledger where records <> loaded + duplicate + quarantined + erased"
_QUARANTINED = "select coalesce(sum(quarantined) / nullif(sum(records), 0), 0) from raw.ledger"


@dg.multi_asset_check(
    name="load_checks",
    specs=[
        dg.AssetCheckSpec(
            "balances", asset=LEDGER, blocking=True, description="records = loaded + duplicate + quarantined + erased, file by file"
        ),
        dg.AssetCheckSpec("stays_small", asset=QUARANTINE, description=f"at most {_QUARANTINE_LIMIT:.0%} of all records are refused"),
    ],
)
def load_checks(warehouse: dg.ResourceParam[WarehouseRun]) -> Iterator[dg.AssetCheckResult]:
    [[unbalanced]] = warehouse.con.execute(_UNBALANCED).fetchall()
    yield dg.AssetCheckResult(asset_key=LEDGER, check_name="balances", passed=unbalanced == 0, metadata={"unbalanced_files": unbalanced})
    [[share]] = warehouse.con.execute(_QUARANTINED).fetchall()
    yield dg.AssetCheckResult(
        asset_key=QUARANTINE,
        check_name="stays_small",
        passed=share <= _QUARANTINE_LIMIT,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"quarantined_rate": float(share)},
    )
    if unbalanced:
        raise dg.Failure(f"raw.ledger: {unbalanced} files do not balance; nothing is published", allow_retries=False)
