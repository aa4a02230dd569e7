"""How far the pipeline is behind the receiver, told by names alone."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pipelines.landing.canonical_folder import canonical_segments
from pipelines.landing.segments import sealed_segments


class Backlog(NamedTuple):
    """Sealed segments that nobody has read, and the age of the oldest."""

    segments: int
    lag_seconds: float


def backlog(raw: Path, canonical: Path, now: float) -> Backlog:
    """A segment's name begins with the milliseconds since 1970 at which it was opened."""
    unread = {path.stem for path in sealed_segments(raw)} - set(canonical_segments(canonical))
    opened = [int(name[:13]) / 1000 for name in unread if name[:13].isdigit()]
    return Backlog(len(unread), max(0.0, now - min(opened)) if opened else 0.0)
