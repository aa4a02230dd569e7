"""Raw retention: raw segments are removed after so many days, once their canonical folder can stand in for them.

Text, telephone numbers and ids lie in the raw tier only, so this is what ends their being kept. Reading a record again ends with it too.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pipelines.landing.canonical_folder import is_whole
from pipelines.landing.segments import sealed_segments, sync_folder
from pipelines.loading import Loader

SETTING = "THREADMART_RAW_DAYS"
DEFAULT_DAYS = 30
_DAY_MS = 86_400_000


class RetentionUnclear(Exception):
    """The setting is no number of days."""


@dataclass(frozen=True)
class Expired:
    """What was removed. `kept` counts segments of that age that must stay, for nothing can stand in for them yet."""

    days: int
    segments: int = 0
    size_bytes: int = 0
    kept: int = 0


def raw_days() -> int:
    """How long raw segments are kept. Raises RetentionUnclear."""
    told = os.environ.get(SETTING, "").strip() or str(DEFAULT_DAYS)
    if not (told.isascii() and told.isdigit() and len(told) < 6):
        raise RetentionUnclear(f"{SETTING}: expected a number of days, such as {DEFAULT_DAYS}; found {told[:40]!r}")
    return int(told)


def aged_segments(folder: Path, days: int, now_ms: int) -> list[Path]:
    """Sealed raw segments received more than so many days before `now_ms`; told by their names, which begin with that time."""
    oldest_ms = now_ms - days * _DAY_MS
    return [segment for segment in sealed_segments(folder) if _received_ms(segment) < oldest_ms]


def expired_segments(loader: Loader, days: int, now_ms: int) -> list[Path]:
    """Aged segments that are loaded, and whose canonical folder this version would make just so."""
    aged = aged_segments(loader.home.landing_raw, days, now_ms)
    known = loader.known_segments() if aged else set()
    return [segment for segment in aged if segment.stem in known and loader.still_holds(segment.stem)]


def expire_raw(loader: Loader, days: int, now_ms: int) -> Expired:
    """Removes raw segments whose time is over. Raises UnreadableSegment, OSError.

    Each canonical folder is read to its end first, for it will be all there is, and a spoilt one is made anew.
    """
    raw, canonical = loader.home.landing_raw, loader.home.landing_canonical
    sizes = []
    for segment in expired_segments(loader, days, now_ms):
        if not is_whole(canonical / segment.stem):
            loader.normalise_anew(segment.stem)
        sizes.append(segment.stat().st_size)
        segment.unlink()
    if sizes:
        sync_folder(raw)
    return Expired(days, len(sizes), sum(sizes), len(aged_segments(raw, days, now_ms)))


def _received_ms(segment: Path) -> int:
    told = segment.name.partition("-")[0]
    return int(told) if told.isdigit() else 1 << 62  # of a name that is not ours: never old


def told(expired: Expired) -> list[str]:
    """What was removed, and what had to stay, in lines for people."""
    lines = []
    if expired.segments:
        size = f"{expired.size_bytes / 1e6:,.1f} MB"
        lines.append(f"Removed {expired.segments:,} raw segments older than {expired.days} days ({size}); their canonical rows stay.")
    if expired.kept:
        lines.append(
            f"{expired.kept:,} raw segments are older than {expired.days} days and stay, for they are not loaded by this version:"
            " `threadmart rebuild` does that."
        )
    return lines
