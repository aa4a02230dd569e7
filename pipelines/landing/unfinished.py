"""What killed ingests leave in landing: open segments and hidden canonical folders, which nobody reads."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.landing.segments import OPEN


def remove_unfinished(raw: Path, canonical: Path) -> None:
    """Removes it from both tiers. Only who holds the run lock may, for no ingest writes then. Raises OSError."""
    for segment in raw.glob(f"*{OPEN}"):
        segment.unlink(missing_ok=True)
    for folder in canonical.glob(".*"):
        moved = folder.rename(folder.with_name(f"{folder.name}~"))  # the crew of a killed load may still write to it
        shutil.rmtree(moved, ignore_errors=True)
