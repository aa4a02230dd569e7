"""Turns a raw segment into its canonical folder: every record becomes typed rows or a quarantine row."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pipelines.cores import cores
from pipelines.landing.canonical import PartCounts, PartWriter, Summary
from pipelines.landing.canonical_folder import CanonicalFolder
from pipelines.landing.deliveries import deliveries_sha256
from pipelines.landing.frames import FileFacts, Part, parts_of, read_frames, segment_head
from pipelines.office import Office
from pipelines.records import UNKNOWN, reads_in_parts, records_of
from pipelines.shapes.drift import DriftWatch

PART_FRAMES = 16  # of about 1 MiB each
_TOLD_AT_ONCE = 20_000  # records
_CONTACTS_AT_ONCE = 50_000  # of many parts: a commit of the vault waits for the disk, and few at a time touch all its pages

Progress = Callable[[int], None]


def normalise_segment(segment: Path, canonical: Path, office: Office, progress: Progress | None = None) -> tuple[Path, Summary]:
    """Writes the canonical folder of a segment; contacts go to the vault before the folder appears.

    Raises UnreadableSegment where its first frame, or any frame of a document or table, is damaged, and OSError.
    """
    facts, received_ms = segment_head(segment)
    parts = parts_of(segment, PART_FRAMES if reads_in_parts(facts) else sys.maxsize)
    with CanonicalFolder(canonical, segment.stem) as folder:
        counts = _write_parts(office, segment, folder.building, parts, progress)
        reasons = _sum(each.reasons for each in counts)
        assets = sorted({asset for each in counts for asset in each.assets})
        summary = Summary(
            path=facts.path,
            sha256=facts.sha256 or deliveries_sha256(segment),
            received_ms=received_ms,
            source=_source_name(facts, _sum(each.sources for each in counts)),
            records=sum(each.records for each in counts),
            quarantined=reasons.total(),
            reasons=dict(sorted(reasons.items())),
            assets=assets,
            shops=[office.desk.shop(*asset).shop_id for asset in assets],
            settings_digest=office.desk.settings_digest(assets),
            sizes={name: size for each in counts for name, size in each.sizes.items()},
            mapping=facts.mapping,
        )
        return folder.finish(summary), summary


def write_part(office: Office, segment: Path, folder: Path, part: Part, progress: Progress | None = None) -> PartCounts:
    """Writes the canonical files of one part. Its contacts wait in the office until there are many, or it is told to keep them.

    Raises UnreadableSegment, OSError.
    """
    facts, received_ms = segment_head(segment)
    desk, told = office.desk, 0
    watch = DriftWatch()
    with PartWriter(folder, part.number) as writer:
        for source, frame, outcomes in records_of(facts, read_frames(segment, part), desk, received_ms, watch):
            writer.write(source, frame, outcomes)
            if writer.records - told >= _TOLD_AT_ONCE:
                office.keep_contacts(_CONTACTS_AT_ONCE)
                if progress:
                    progress(writer.records - told)
                told = writer.records
        if progress:
            progress(writer.records - told)
        return writer.close(desk.take_assets(), watch.take())


def _write_parts(office: Office, segment: Path, folder: Path, parts: Sequence[Part], progress: Progress | None) -> list[PartCounts]:
    """The same files by one process or by several."""
    if len(parts) > 1 and cores() > 1:
        from pipelines.crew import Work, normalise_parts  # not for small files: it would slow a run with nothing new

        return normalise_parts(Work(str(segment), str(folder), office.settings), parts, progress)
    counts = [write_part(office, segment, folder, part, progress) for part in parts]
    office.keep_contacts()
    return counts


def _sum(counts: Iterable[dict[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return total


def _source_name(facts: FileFacts, counted: Counter[str]) -> str:
    if facts.source:
        return facts.source
    known = sorted(name for name in counted if name != UNKNOWN)
    return "+".join(known) or UNKNOWN
