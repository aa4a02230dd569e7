"""What killed ingests leave in landing: open segments and hidden canonical folders, which nobody reads.

Only who holds the run lock may call this, for no ingest writes then.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.landing.canonical_folder import discard, put_back
from pipelines.landing.segments import OPEN


def remove_unfinished(raw: Path, canonical: Path) -> None:
    """Removes it from both tiers, after a canonical folder that was to be replaced, and was not, is put back. Raises OSError."""
    put_back(canonical)
    for segment in raw.glob(f"*{OPEN}"):
        segment.unlink(missing_ok=True)
    for folder in canonical.glob(".*"):
        discard(folder)
