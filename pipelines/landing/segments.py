"""Raw segments: uniquely named files of frames. A writer owns its segment; sealing is a rename."""

from __future__ import annotations

import hmac
import os
import uuid
from collections import deque
from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path
from types import TracebackType

from pipelines.cores import cores
from pipelines.landing.frames import Closing, FileFacts, FrameHeader, packed_frame

SEALED = ".seg"
OPEN = ".open"
_DIGEST_DIGITS = 32


class SegmentWriter:
    """Writes one segment. Leaving the block without `seal` (an error, a kill) leaves nothing that is read."""

    def __init__(self, folder: Path, received_ms: int, digest_key: bytes) -> None:
        self.name = f"{received_ms:013d}-{uuid.uuid4().hex[:12]}"
        self._sealed = folder / f"{self.name}{SEALED}"
        self._open = folder / f"{self.name}{OPEN}"
        self._received_ms = received_ms
        self._digest_key = digest_key
        self._closing = Closing()

    def __enter__(self) -> SegmentWriter:
        self._file = self._open.open("xb")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        self._open.unlink(missing_ok=True)

    def append(self, body: bytes, *, part: str = "whole", file: FileFacts | None = None) -> None:
        """Adds one frame. Raises OSError (a full disk)."""
        self._write(self._packed(body, part, file))

    def append_all(self, pieces: Iterable[tuple[bytes, str]]) -> None:
        """Adds a frame for each (body, part), in order; several are hashed and compressed at once. Raises OSError."""
        pieces = iter(pieces)
        begin = list(islice(pieces, 2))
        if len(begin) < 2:
            for body, part in begin:
                self.append(body, part=part)
            return
        from concurrent.futures import Future, ThreadPoolExecutor  # not for a run with nothing new

        packing: deque[Future[tuple[FrameHeader, bytes]]] = deque()
        with ThreadPoolExecutor(cores()) as pool:
            for body, part in chain(begin, pieces):
                packing.append(pool.submit(self._packed, body, part))
                if len(packing) > 2 * cores():
                    self._write(packing.popleft().result())
            for packed in packing:
                self._write(packed.result())

    def _packed(self, body: bytes, part: str, file: FileFacts | None = None) -> tuple[FrameHeader, bytes]:
        digest = hmac.new(self._digest_key, body, "sha256").hexdigest()[:_DIGEST_DIGITS]
        header = FrameHeader(received_ms=self._received_ms, digest=digest, size=len(body), part=part, file=file)
        return header, packed_frame(header, body)

    def _write(self, packed: tuple[FrameHeader, bytes]) -> None:
        header, frame = packed
        self._file.write(frame)
        self._closing.add(header)

    def seal(self) -> Path:
        """Ends the segment with a frame that counts the others, and makes it durable and visible. Raises OSError."""
        self._file.write(packed_frame(self._closing.header(self._received_ms), b""))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._open.rename(self._sealed)
        sync_folder(self._sealed.parent)
        return self._sealed


def sealed_segments(folder: Path) -> list[Path]:
    """All sealed segments, oldest first."""
    return sorted(folder.glob(f"*{SEALED}"))


def sync_file(path: Path) -> None:
    """Makes what a file holds durable."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Makes a rename in `folder` durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
