"""Ledger rows before and after a load: what a canonical summary tells, and what a repeated file shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pipelines.landing.canonical import Summary
from warehouse.load import LedgerRow


def ledger_facts(summary: Summary, segment: str) -> LedgerRow:
    """What is known of a segment before its load."""
    return LedgerRow(
        path=summary.path,
        source=summary.source,
        sha256=summary.sha256,
        segment=segment,
        landed_at=datetime.fromtimestamp(summary.received_ms // 1000, UTC).replace(tzinfo=None),
        records=summary.records,
        quarantined=summary.quarantined,
        erased=summary.erased,
        reasons=summary.reasons,
        assets=tuple(summary.assets),
    )


def repeated(row: LedgerRow, path: str) -> LedgerRow:
    """The ledger row to show for a file that was loaded before: all its records are duplicates."""
    return replace(row, path=path, loaded=0, duplicate=row.records, quarantined=0, erased=0, reasons={}, touched_keys=0)
