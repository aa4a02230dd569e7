"""Raw segments: uniquely named files of frames. A writer owns its segment; sealing is a rename."""

from __future__ import annotations

import os
import uuid
from hashlib import blake2b
from pathlib import Path
from types import TracebackType

from pipelines.landing.frames import FileFacts, FrameHeader, write_frame

SEALED = ".seg"
OPEN = ".open"


class SegmentWriter:
    """Writes one segment. Leaving the block without `seal` (an error, a kill) leaves nothing that is read."""

    def __init__(self, folder: Path, received_ms: int, digest_key: bytes) -> None:
        self.name = f"{received_ms:013d}-{uuid.uuid4().hex[:12]}"
        self._sealed = folder / f"{self.name}{SEALED}"
        self._open = folder / f"{self.name}{OPEN}"
        self._received_ms = received_ms
        self._digest_key = digest_key

    def __enter__(self) -> SegmentWriter:
        self._file = self._open.open("xb")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        self._open.unlink(missing_ok=True)

    def append(self, body: bytes, *, part: str = "whole", file: FileFacts | None = None) -> None:
        """Adds one frame. Raises OSError."""
        digest = blake2b(body, key=self._digest_key, digest_size=16).hexdigest()
        header = FrameHeader(received_ms=self._received_ms, digest=digest, size=len(body), part=part, file=file)
        write_frame(self._file, header, body)

    def seal(self) -> Path:
        """Makes the segment durable and visible. Raises OSError."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._open.rename(self._sealed)
        sync_folder(self._sealed.parent)
        return self._sealed


def sealed_segments(folder: Path) -> list[Path]:
    """All sealed segments, oldest first."""
    return sorted(folder.glob(f"*{SEALED}"))


def sync_folder(folder: Path) -> None:
    """Makes a rename in `folder` durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
