"""The canonical tier: what normalise made of one raw segment, as NDJSON per table and part, with the counts beside it.

A part is a fixed range of frames, so the files do not depend on how many processes wrote them.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import IO, cast

import msgspec
import zstandard

from pipelines.landing.segments import sync_folder
from pipelines.shapes.drift import Drift
from pipelines.sources.contract import Loaded, Outcome

NORMALISER_VERSION = 4  # raise it when a source reads a record differently: `rebuild` then starts from raw
SUMMARY = "summary.json"
QUARANTINE = "quarantine"
SCHEMA_DRIFT = "schema_drift"
_ROWS_AT_ONCE = 2_048
_FRAME_HEAD_BYTES = 18  # of a zstd frame, at the most
_CHUNK_BYTES = 1 << 17
# Level 1 with a smaller window and table, which stay in the cache: as small a file in three quarters of the time.
_COMPRESSION = zstandard.ZstdCompressionParameters.from_level(1, window_log=18, hash_log=13, min_match=7, write_checksum=True)


class PartCounts(msgspec.Struct):
    """What normalise counted in one part of a segment."""

    records: int = 0
    sources: dict[str, int] = {}
    reasons: dict[str, int] = {}
    assets: list[tuple[str, str]] = []
    sizes: dict[str, int] = {}  # bytes of each file


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What normalise counted in one segment, and of which file it was made."""

    path: str
    sha256: str
    received_ms: int
    source: str
    records: int
    quarantined: int
    reasons: dict[str, int]
    assets: list[tuple[str, str]]
    shops: list[str]  # of each asset when the rows were made
    settings_digest: str  # of the shop settings these rows were made with
    normaliser_version: int = NORMALISER_VERSION
    erased: int = 0
    sizes: dict[str, int]  # bytes of each file of the folder, so that a lost or cut one is noticed
    mapping: str | None = None  # that a table was read with


class _Refused(msgspec.Struct, gc=False):
    """A quarantine row."""

    frame: int
    entry: int
    source: str
    reason: str
    field: str


_encode = msgspec.json.Encoder().encode
_encode_lines = msgspec.json.Encoder().encode_lines


class PartWriter:
    """Writes the files of one part. Leaving the block without `close` leaves them unfinished."""

    def __init__(self, folder: Path, part: int) -> None:
        self._folder = folder
        self._part = part
        self._rows: defaultdict[str, list[msgspec.Struct]] = defaultdict(list)
        self._waiting = 0
        self._files: dict[str, IO[bytes]] = {}
        self._plain: dict[str, IO[bytes]] = {}
        self._frame = self._entry = -1
        self.records = 0
        self.reasons: Counter[str] = Counter()
        self.sources: Counter[str] = Counter()

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for plain in self._plain.values():
            with suppress(OSError):  # of a full disk, which is what the block ends with already
                plain.close()

    def write(self, source: str, frame: int, outcomes: Iterable[Outcome]) -> None:
        """Adds records of one source that lie in one frame; `entry` counts the records of a frame. Raises OSError."""
        entry = before = self._entry if frame == self._frame else -1
        tables = self._rows
        for outcome in outcomes:
            entry += 1
            if isinstance(outcome, Loaded):
                is_primary = True
                for row in outcome.rows:
                    row.frame, row.entry, row.is_primary = frame, entry, is_primary
                    tables[row.table].append(row)
                    is_primary = False
            else:
                self.reasons[outcome.reason] += 1
                tables[QUARANTINE].append(_Refused(frame, entry, source, outcome.reason, outcome.field[:200]))
        self._frame, self._entry = frame, entry
        count = entry - before
        self.records += count
        self.sources[source] += count
        self._waiting += count
        if self._waiting >= _ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        for table, rows in self._rows.items():
            self._file(table).write(_encode_lines(rows))
        self._rows.clear()
        self._waiting = 0

    def _file(self, table: str) -> IO[bytes]:
        file = self._files.get(table)
        if file is None:
            plain = self._plain[table] = (self._folder / self._name(table)).open("wb")
            file = self._files[table] = cast(IO[bytes], zstandard.ZstdCompressor(compression_params=_COMPRESSION).stream_writer(plain))
        return file

    def _name(self, table: str) -> str:
        return f"{table}.{self._part:05d}.ndjson.zst"

    def close(self, assets: list[tuple[str, str]], drifts: Sequence[Drift] = ()) -> PartCounts:
        """Makes the files durable, with the schema drift that was met; returns what they hold. Raises OSError."""
        if drifts:
            self._rows[SCHEMA_DRIFT] += drifts
        self._flush()
        sizes = {}
        for table, file in self._files.items():
            file.close()
            path = self._folder / self._name(table)
            _sync(path)
            sizes[path.name] = path.stat().st_size
        return PartCounts(self.records, dict(self.sources), {str(reason): count for reason, count in self.reasons.items()}, assets, sizes)


class CanonicalFolder:
    """The canonical folder of one segment while it is written; it appears whole or not at all."""

    def __init__(self, folder: Path, segment: str) -> None:
        self._final = folder / segment
        self.building = folder / f".{segment}.{os.getpid()}"

    def __enter__(self) -> CanonicalFolder:
        self.building.mkdir(parents=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        shutil.rmtree(self.building, ignore_errors=True)

    def finish(self, summary: Summary) -> Path:
        """Makes the folder durable and visible, in place of an earlier one. Raises OSError."""
        told = _encode(summary)
        (self.building / SUMMARY).write_bytes(told + b"\n" + _checksum(told) + b"\n")
        _sync(self.building / SUMMARY)
        sync_folder(self.building)
        shutil.rmtree(self._final, ignore_errors=True)
        self.building.rename(self._final)
        sync_folder(self._final.parent)
        return self._final


def canonical_segments(folder: Path) -> list[str]:
    """The segments that have a whole canonical folder."""
    return sorted(path.parent.name for path in folder.glob(f"[!.]*/{SUMMARY}"))


def read_summary(folder: Path) -> Summary | None:
    """The summary of a canonical folder; None where this version can read none, it is damaged, or a file is lost or cut."""
    try:
        told, checksum = (folder / SUMMARY).read_bytes().splitlines()
        if checksum != _checksum(told):
            return None
        summary = msgspec.json.decode(told, type=Summary)
        return summary if all((folder / name).stat().st_size == size for name, size in summary.sizes.items()) else None
    except (OSError, ValueError, msgspec.MsgspecError):
        return None


def is_whole(folder: Path) -> bool:
    """Whether every file of a canonical folder is as it was written: zstd's checksums hold to the end."""
    summary = read_summary(folder)
    return summary is not None and all(_unpacks(folder / name) for name in summary.sizes)


def _unpacks(path: Path) -> bool:
    """Whether a file is one zstd frame to its last byte, and its checksum holds."""
    one = zstandard.ZstdDecompressor().decompressobj()
    try:
        with path.open("rb") as file:
            has_checksum = zstandard.get_frame_parameters(file.read(_FRAME_HEAD_BYTES)).has_checksum
            file.seek(0)
            while chunk := file.read(_CHUNK_BYTES):
                one.decompress(chunk)
    except (OSError, zstandard.ZstdError):
        return False
    return bool(has_checksum) and one.eof and not one.unused_data


def _checksum(told: bytes) -> bytes:
    return blake2b(told, digest_size=16).hexdigest().encode()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
