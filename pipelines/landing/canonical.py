"""The canonical tier: what normalise made of one raw segment, as NDJSON per table, with the counts beside it."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import IO, cast

import msgspec
import zstandard

from pipelines.landing.segments import sync_folder
from pipelines.sources.contract import Loaded, Outcome

NORMALISER_VERSION = 2  # raise it when a source reads a record differently: `rebuild` then starts from raw
SUMMARY = "summary.json"


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
    settings_digest: str  # of the shop settings these rows were made with
    normaliser_version: int = NORMALISER_VERSION
    erased: int = 0
    sizes: dict[str, int]  # bytes of each file of the folder, so that a lost or cut one is noticed


class CanonicalWriter:
    """Writes the canonical folder of one segment; it appears whole or not at all."""

    def __init__(self, folder: Path, segment: str) -> None:
        self._final = folder / segment
        self._building = folder / f".{segment}.{os.getpid()}"
        self._files: dict[str, IO[bytes]] = {}
        self._plain: list[IO[bytes]] = []
        self._encode = msgspec.json.Encoder().encode
        self.records = 0
        self.reasons: Counter[str] = Counter()
        self.sources: Counter[str] = Counter()

    def __enter__(self) -> CanonicalWriter:
        shutil.rmtree(self._building, ignore_errors=True)
        self._building.mkdir(parents=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for plain in self._plain:
            with suppress(OSError):  # of a full disk, which is what the block ends with already
                plain.close()
        shutil.rmtree(self._building, ignore_errors=True)

    def write(self, source: str, frame: int, entry: int, outcome: Outcome) -> None:
        """Adds one record."""
        self.records += 1
        self.sources[source] += 1
        if isinstance(outcome, Loaded):
            primary = b'","is_primary":true,'
            for row in outcome.rows:
                told = self._encode(row)
                # the row's identity is its content alone: no pointer, no arrival
                row_id = blake2b(row.table.encode() + told, digest_size=16).hexdigest()
                self._file(row.table).write(
                    b'{"frame":%d,"entry":%d,"row_id":"%b%b%b\n' % (frame, entry, row_id.encode(), primary, told[1:])
                )
                primary = b'",'
        else:
            self.reasons[str(outcome.reason)] += 1
            told = self._encode(
                {"frame": frame, "entry": entry, "source": source, "reason": str(outcome.reason), "field": outcome.field[:200]}
            )
            self._file("quarantine").write(told + b"\n")

    def _file(self, table: str) -> IO[bytes]:
        file = self._files.get(table)
        if file is None:
            plain = (self._building / f"{table}.ndjson.zst").open("wb")
            self._plain.append(plain)
            file = self._files[table] = cast(IO[bytes], zstandard.ZstdCompressor(level=1, write_checksum=True).stream_writer(plain))
        return file

    def close_files(self) -> dict[str, int]:
        """Makes the files durable; returns their sizes. Raises OSError."""
        sizes = {}
        for table, file in self._files.items():
            file.close()
            path = self._building / f"{table}.ndjson.zst"
            _sync(path)
            sizes[path.name] = path.stat().st_size
        self._files = {}
        return sizes

    def finish(self, summary: Summary) -> Path:
        """Makes the folder durable and visible, in place of an earlier one. Raises OSError."""
        (self._building / SUMMARY).write_bytes(self._encode(summary))
        _sync(self._building / SUMMARY)
        shutil.rmtree(self._final, ignore_errors=True)
        self._building.rename(self._final)
        sync_folder(self._final.parent)
        return self._final


def canonical_segments(folder: Path) -> list[str]:
    """The segments that have a whole canonical folder."""
    return sorted(path.parent.name for path in folder.glob(f"[!.]*/{SUMMARY}"))


def read_summary(folder: Path) -> Summary | None:
    """The summary of a canonical folder; None where there is none that this version can read, or where a file is lost or cut."""
    try:
        summary = msgspec.json.decode((folder / SUMMARY).read_bytes(), type=Summary)
        return summary if all((folder / name).stat().st_size == size for name, size in summary.sizes.items()) else None
    except (OSError, msgspec.MsgspecError):
        return None


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
