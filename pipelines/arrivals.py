"""What lies in landing and in the drop folder, told by names, sizes and times; nothing is opened."""

from __future__ import annotations

from hashlib import blake2b

from pipelines.home import Home
from pipelines.ingest import dropped_files
from pipelines.landing.segments import sealed_segments


def arrivals_digest(home: Home) -> str:
    """A digest that changes when a segment is sealed or removed, and when a dropped file comes, goes or changes."""
    lines = [segment.name for segment in sealed_segments(home.landing_raw)]
    for path in dropped_files(home):
        told = path.stat()
        lines.append(f"{path.relative_to(home.drop)} {told.st_size} {told.st_mtime_ns}")
    return blake2b("\n".join(lines).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
