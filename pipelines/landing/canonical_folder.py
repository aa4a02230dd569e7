"""The canonical folder of a raw segment: it appears whole or not at all, takes the place of an earlier one, and is told from a spoilt one.

Names that begin with a dot are nobody's to read. A kill at any point leaves either the earlier folder or the new one:
`remove_unfinished` (pipelines/landing/unfinished.py) puts back what had stepped aside.
"""

from __future__ import annotations

import os
import shutil
from hashlib import blake2b
from pathlib import Path
from types import TracebackType

import msgspec
import zstandard

from pipelines.landing.canonical import Summary
from pipelines.landing.segments import sync_file, sync_folder

SUMMARY = "summary.json"
ASIDE = ".aside"
_FRAME_HEAD_BYTES = 18  # of a zstd frame, at the most
_CHUNK_BYTES = 1 << 17

_encode = msgspec.json.Encoder().encode


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
        sync_file(self.building / SUMMARY)
        sync_folder(self.building)
        earlier = _step_aside(self._final)
        self.building.rename(self._final)
        sync_folder(self._final.parent)
        shutil.rmtree(earlier, ignore_errors=True)
        return self._final


def _step_aside(folder: Path) -> Path:
    """Hides a canonical folder, if it is there, until another has taken its place; returns where it lies."""
    aside = folder.with_name(f".{folder.name}{ASIDE}")
    if folder.exists():
        shutil.rmtree(aside, ignore_errors=True)
        folder.rename(aside)
    return aside


def put_back(folder: Path) -> None:
    """Puts back what stepped aside in a folder of canonical folders, where nothing has taken its place."""
    for aside in folder.glob(f".*{ASIDE}"):
        final = aside.with_name(aside.name.removeprefix(".").removesuffix(ASIDE))
        if not final.exists():
            aside.rename(final)


def discard(folder: Path) -> None:
    """Removes a canonical folder, if it is there; it is hidden first, so that no kill leaves half of it to be read.

    That takes it from the crew of a killed load, too, which may still write to it.
    """
    hidden = folder.with_name(f".{folder.name}~")
    if folder.exists():
        shutil.rmtree(hidden, ignore_errors=True)
        shutil.rmtree(folder.rename(hidden), ignore_errors=True)


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
