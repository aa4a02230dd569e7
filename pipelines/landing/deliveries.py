"""A segment of deliveries as they arrive: what `append` has returned from is on the disk.

The first frame tells the layout `deliveries`; each further frame is one delivery, byte for byte, with its sender and the headers
that a source reads. The writer holds a flock on the file until it is sealed, so whoever gets the lock knows that the writer is gone.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import msgspec
import zstandard

from pipelines.landing.frames import Damage, FileFacts, Frame, FrameHeader, packed_frame, read_frames
from pipelines.landing.segments import SEALED, sync_folder

LAYOUT = "deliveries"
RECEIVING = ".receiving"
SEAL_REQUEST = ".seal-request"  # beside the segments: a reader asks the writers to seal what they hold
_CLOCK_STEP_MS = 10  # file times are taken from a coarser clock


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """One delivery whose signature held."""

    sender: str
    headers: dict[str, str]
    body: bytes
    received_ms: int


class DeliverySegment:
    """An open segment. After an OSError of `append` the segment is as it was before, or `is_sound` is false."""

    def __init__(self, folder: Path, digest_key: bytes, opened_ms: int) -> None:
        """Raises OSError. The file appears under its name with its first frame on the disk, and locked."""
        self.name = f"{opened_ms:013d}-{uuid.uuid4().hex[:12]}"
        self._path = folder / f"{self.name}{RECEIVING}"
        self._digest_key = digest_key
        self._compressor = zstandard.ZstdCompressor(level=-1)  # a fifth larger than by level 1, in a third of the time
        self.opened_ms = opened_ms
        self.count = 0
        self.is_sound = True
        building = folder / f".{self.name}{RECEIVING}"
        self._file = os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            facts = FileFacts(path=f"received/{self.name}", sha256="", layout=LAYOUT)
            self.size = 0
            self._extend(self._frame(FrameHeader(received_ms=opened_ms, digest="", size=0, file=facts), b""))
            building.rename(self._path)
            sync_folder(folder)
        except OSError:
            os.close(self._file)
            for left in (building, self._path):
                with suppress(OSError):
                    left.unlink(missing_ok=True)
            raise

    def append(self, batch: Sequence[Arrival]) -> None:
        """Adds deliveries and makes them durable, all or none. Raises OSError."""
        frames = b"".join([self._frame_of(arrival) for arrival in batch])
        try:
            self._extend(frames)
        except OSError:
            self._cut_back()
            raise
        self.count += len(batch)

    def seal(self) -> Path | None:
        """Gives the segment to the readers; one without deliveries is removed. Raises OSError, and may be called again then."""
        sealed = None
        if self.count:
            sealed = _seal(self._path)
        else:
            self._path.unlink(missing_ok=True)
        self.close()
        return sealed

    def close(self) -> None:
        """Lets go of the file; where it is not sealed, `seal_abandoned` will."""
        os.close(self._file)

    def _frame_of(self, arrival: Arrival) -> bytes:
        digest = blake2b(arrival.body, key=self._digest_key, digest_size=16).hexdigest()
        header = FrameHeader(
            received_ms=arrival.received_ms, digest=digest, size=len(arrival.body), sender=arrival.sender, headers=arrival.headers
        )
        return self._frame(header, arrival.body)

    def _frame(self, header: FrameHeader, body: bytes) -> bytes:
        return packed_frame(header, body, self._compressor)

    def _extend(self, frames: bytes) -> None:
        rest = memoryview(frames)
        while rest:
            rest = rest[os.write(self._file, rest) :]
        os.fdatasync(self._file)
        self.size += len(frames)

    def _cut_back(self) -> None:
        """Takes off what a failed write has left: a reader would stop there, or take an unacknowledged delivery for a whole one."""
        try:
            os.ftruncate(self._file, self.size)
            os.lseek(self._file, self.size, os.SEEK_SET)
            os.fdatasync(self._file)
        except OSError:
            self.is_sound = False


def holds_unsealed(folder: Path) -> bool:
    """Whether a segment that is not sealed holds deliveries, its writer alive or not."""
    return any(_holds_deliveries(path) for path in folder.glob(f"[!.]*{RECEIVING}"))


def seal_abandoned(folder: Path) -> list[Path]:
    """Seals what killed receivers left, without the torn frame at its end; returns the sealed segments. Raises OSError."""
    for path in folder.glob(f".*{RECEIVING}"):  # was never given its name, so nothing in it was acknowledged
        with suppress(BlockingIOError, FileNotFoundError), _locked(path):
            path.unlink()
    sealed = []
    for path in sorted(folder.glob(f"[!.]*{RECEIVING}")):
        with suppress(BlockingIOError, FileNotFoundError), _locked(path) as held:
            sealed += held.finish()
    return sealed


def seal_received(folder: Path, *, wait_seconds: float = 5.0) -> None:
    """Seals what killed receivers left, and has the living ones seal what they hold now. Raises OSError.

    A receiver that does not answer in time keeps its segment until it is full or old enough.
    """
    seal_abandoned(folder)
    held = [path for path in folder.glob(f"[!.]*{RECEIVING}") if _holds_deliveries(path)]
    if not held:
        return
    request = folder / SEAL_REQUEST
    request.touch()
    deadline = time.monotonic() + wait_seconds
    while any(path.exists() for path in held) and time.monotonic() < deadline:
        time.sleep(0.05)
    request.unlink(missing_ok=True)


def is_asked_to_seal(folder: Path, opened_ms: int) -> bool:
    """Whether a reader waits for a segment opened then; what was opened after its request is not meant."""
    try:
        return opened_ms <= (folder / SEAL_REQUEST).stat().st_mtime_ns // 1_000_000 + _CLOCK_STEP_MS
    except FileNotFoundError:
        return False


class _locked:
    """Holds the lock of a segment. Raises BlockingIOError while its writer lives, FileNotFoundError where it is gone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> _locked:
        self._file = os.open(self._path, os.O_RDWR)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def finish(self) -> list[Path]:
        if not _holds_deliveries(self._path):
            self._path.unlink()
            return []
        for piece in read_frames(self._path):
            last = piece
        if isinstance(last, Damage):
            os.ftruncate(self._file, last.offset)
        os.fsync(self._file)
        return [_seal(self._path)]


def _holds_deliveries(path: Path) -> bool:
    try:
        return any(isinstance(piece, Frame) and piece.header.file is None for piece in read_frames(path))
    except FileNotFoundError:
        return False


def _seal(path: Path) -> Path:
    sealed = path.with_suffix(SEALED)
    if not sealed.exists():
        path.rename(sealed)
    sync_folder(path.parent)
    return sealed


def deliveries_sha256(segment: Path) -> str:
    """What the ledger knows a received segment by: a hash of when each delivery came and of its digest, in order.

    It stays when an erasure rewrites a frame, and when the segment is copied or renamed.
    """
    told = hashlib.sha256()
    for frame in read_frames(segment):
        if isinstance(frame, Frame) and frame.header.file is None:
            told.update(f"{frame.header.received_ms} {frame.header.sender} {frame.header.digest}\n".encode())
    return told.hexdigest()
