"""The canonical tier: what normalise made of one raw segment, as NDJSON per table and part, with the counts beside it.

A part is a fixed range of frames, so the files do not depend on how many processes wrote them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, cast

import msgspec
import zstandard

from pipelines.landing.segments import sync_file
from pipelines.shapes.drift import Drift
from pipelines.sources.contract import Loaded, Outcome

NORMALISER_VERSION = 4  # raise it when a source reads a record differently: `rebuild` then starts from raw
QUARANTINE = "quarantine"
SCHEMA_DRIFT = "schema_drift"
_ROWS_AT_ONCE = 2_048
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
            sync_file(path)
            sizes[path.name] = path.stat().st_size
        return PartCounts(self.records, dict(self.sources), {str(reason): count for reason, count in self.reasons.items()}, assets, sizes)
