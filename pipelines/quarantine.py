"""Quarantined records: which there are, what each says in raw landing, and reading them again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, cast

import msgspec

from pipelines.home import Home
from pipelines.landing.deliveries import LAYOUT as DELIVERIES
from pipelines.landing.frames import FileFacts, Frame, UnreadableSegment, read_frames, segment_head
from pipelines.landing.joined import JOINED
from pipelines.landing.segments import SEALED
from pipelines.loading import Loader, Progress
from pipelines.records import frames_as_stream, reads_in_parts, records_of
from pipelines.shapes.drift import DriftWatch
from pipelines.sources.contract import Quarantined
from pipelines.sources.desk import Desk, unclaimed
from pipelines.sources.tables import READERS
from warehouse.load import RowsLost, load_again

_POINTER = re.compile(r"([\w-]{1,80}):(\d{1,9}):(\d{1,9})")
_SELECTED = "(? is null or quarantine.source = ?) and (? is null or reason = ?) and (? or quarantine.segment in (select unnest(?)))"


class RecordUnknown(Exception):
    """A pointer that leads to no record, or to one whose raw segment is gone."""


@dataclass(frozen=True)
class Filters:
    """Which quarantined records are meant; None is all. A shop's are those of files that hold something of the shop."""

    shop: str | None = None
    source: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Retried:
    """What reading again did. `expired` counts segments that are gone from raw landing; counts are by source and reason."""

    segments: int
    expired: int
    before: dict[tuple[str, str], int]
    after: dict[tuple[str, str], int]
    is_reloaded: bool = False


def quarantined(loader: Loader, filters: Filters) -> list[dict[str, Any]]:
    """Counts by source and reason, with one pointer to look at and when the first and last file with such a record came."""
    found = loader.con.execute(
        f"""
        select quarantine.source, reason, count(*) as records, count(distinct quarantine.segment) as files,
            min(landed_at) as first_seen, max(landed_at) as last_seen,
            max_by(concat(quarantine.segment, ':', frame, ':', entry), (landed_at, frame, entry)) as example
        from raw.quarantine join raw.ledger using (segment) where {_SELECTED} group by all order by records desc, 1, 2
        """,
        _arguments(loader, filters),
    )
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def drifted(loader: Loader, source: str | None = None) -> list[dict[str, Any]]:
    """Fields that are not as documented, by source, path, kind and type, with where each was met first and last."""
    found = loader.con.execute(
        """
        select drift.source, drift.path, kind, json_type, sum(count)::bigint as count, count(distinct segment) as files,
            min(landed_at) as first_seen, max(landed_at) as last_seen,
            min(concat(segment, ':', first_frame)) as first_at, max(concat(segment, ':', last_frame)) as last_at
        from raw.schema_drift as drift join raw.ledger using (segment) where ? is null or drift.source = ?
        group by all order by 1, 2, 3, 4
        """,
        [source, source],
    )
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def retry(loader: Loader, filters: Filters, progress: Progress | None = None) -> Retried:
    """Reads the files of quarantined records again from raw landing, and loads them in place of what is loaded of them.

    Where a file tells less than before, or other files were read by another version, everything is loaded again.
    Raises UnreadableSegment, OSError, duckdb.Error.
    """
    found = loader.con.execute(
        f"select distinct segment from raw.quarantine where {_SELECTED} order by segment", _arguments(loader, filters)
    ).fetchall()
    held = [segment for (segment,) in found if raw_segment(loader.home, segment).exists()]
    before = _counts(loader, held)
    files = [loader.normalise_anew(segment, progress) for segment in held]
    is_reloaded = False
    try:
        load_again(loader.con, loader.home.landing_canonical, files)
        is_reloaded = bool(loader.outdated_segments())
    except RowsLost:
        is_reloaded = True
    if is_reloaded:
        loader.reload_everything(progress)
    return Retried(len(held), len(found) - len(held), before, _counts(loader, held), is_reloaded)


def record_text(loader: Loader, pointer: str) -> tuple[str, str, str]:
    """A quarantined record as it lies in raw landing, with its reason and field. Raises RecordUnknown, UnreadableSegment, OSError.

    Of a webhook that is the delivery which holds it, of a table its row.
    """
    matched = _POINTER.fullmatch(pointer)
    if matched is None:
        raise RecordUnknown(f"{pointer}: expected SEGMENT:FRAME:ENTRY, as `threadmart quarantine list` shows it")
    segment, frame, entry = matched[1], int(matched[2]), int(matched[3])
    known = loader.con.execute(
        "select reason, field from raw.quarantine where segment = ? and frame = ? and entry = ?", [segment, frame, entry]
    ).fetchall()
    if not known:
        raise RecordUnknown(f"{pointer}: no quarantined record lies there")
    path = raw_segment(loader.home, segment)
    if not path.exists():
        raise RecordUnknown(f"{pointer}: its raw segment has expired; what it said is gone, and only the reason is left: {known[0][0]}")
    if frame == 0:
        raise RecordUnknown(f"{pointer}: that part of the raw segment is damaged, so there is nothing to show")
    return _text(_content(path, frame, entry, loader.desk)), *known[0]


def raw_segment(home: Home, segment: str) -> Path:
    return home.landing_raw / f"{segment}{SEALED}"


def _content(path: Path, frame: int, entry: int, desk: Desk) -> bytes:
    facts, received_ms = segment_head(path)
    if facts.layout == JOINED:
        raise RecordUnknown(f"{facts.path}: the record was joined of rows of these tables, so there is no one place to show")
    if facts.layout != DELIVERIES and not reads_in_parts(facts):
        frames = (piece for piece in read_frames(path) if not isinstance(piece, Frame) or piece.header.file is None)
        if facts.layout not in READERS or (facts.layout == "lines" and facts.mapping is None):
            return frames_as_stream(frames).read()
        row = next(islice(READERS[facts.layout](cast(Any, frames_as_stream(frames))).rows, entry, None), None)
        told = {"refused": row.field or row.reason} if isinstance(row, Quarantined) else row
        return msgspec.json.encode(told, enc_hook=str)
    for piece in read_frames(path):
        if isinstance(piece, Frame) and piece.number == frame:
            return piece.body if facts.layout == DELIVERIES else _line(facts, piece, entry, desk, received_ms)
    raise UnreadableSegment(f"{path}: frame {frame} is damaged")


def _line(facts: FileFacts, frame: Frame, entry: int, desk: Desk, received_ms: int) -> bytes:
    """The line of a frame that holds its record number `entry`."""
    if frame.header.part != "whole":
        return frame.body
    passed = 0
    for line in frame.body.split(b"\n"):
        alone = Frame(frame.number, frame.header, line)
        for _, _, outcomes in records_of(facts, iter([alone]), desk, received_ms, DriftWatch()):
            passed += sum(1 for _ in outcomes)
        if passed > entry:
            return line
    return frame.body


def _text(content: bytes) -> str:
    try:
        return msgspec.json.format(content, indent=2).decode()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return content.decode("utf-8", "backslashreplace")


def _counts(loader: Loader, segments: Iterable[str]) -> dict[tuple[str, str], int]:
    rows = loader.con.execute(
        "select source, reason, count(*) from raw.quarantine where segment in (select unnest(?::varchar[])) group by all order by all",
        [list(segments)],
    ).fetchall()
    return {(source, reason): count for source, reason, count in rows}


def _arguments(loader: Loader, filters: Filters) -> list[Any]:
    told = [filters.source, filters.source, filters.reason, filters.reason, filters.shop is None]
    return [*told, list(_segments_of(loader, filters.shop)) if filters.shop else [""]]


def _segments_of(loader: Loader, shop: str) -> Iterator[str]:
    for segment, assets in loader.con.execute("select segment, assets from raw.ledger").fetchall():
        for source, asset in msgspec.json.decode(assets):
            if (loader.directory.shops_by_asset.get((source, asset)) or unclaimed(source, asset)).shop_id == shop:
                yield segment
                break
