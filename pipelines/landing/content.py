"""The content of a file without its compression, in bounded memory however much a file claims to hold."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import zstandard

from pipelines.landing.layout import MAX_DOCUMENT_BYTES

PARQUET = b"PAR1"
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_ZSTD_STEP_BYTES = 512  # of which zstd can make 16 MiB, and of 128 KiB more than a machine has memory
_GREATEST_RATIO = 200  # deliveries are packed 5 to 50 times; a bomb is packed 1,000 times (gzip) or 30,000 times (zstd)


class ContentError(ValueError):
    """A content that cannot be read to its end, or is larger than it may be; says why."""


def is_plain(head: bytes) -> bool:
    """Whether a file that begins so is text as it lies there."""
    return not head.startswith((_GZIP, _ZSTD, PARQUET))


class Content:
    """Reads the content of a file, whose compression is told by its first bytes and must agree with its name. Raises ContentError."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        magic = file.read(4)
        file.seek(0)
        if path.suffix == ".gz" and not magic.startswith(_GZIP):
            raise ContentError("named .gz but not compressed with gzip")
        if path.suffix == ".zst" and magic != _ZSTD:
            raise ContentError("named .zst but not compressed with zstd")
        self._file = file
        self._read = 0
        if magic.startswith(_GZIP):
            self._reader: BinaryIO | _CompleteZstd = gzip.GzipFile(fileobj=file)  # type: ignore[assignment]
        else:
            self._reader = _CompleteZstd(file) if magic == _ZSTD else file

    def read(self, size: int) -> bytes:
        """So many bytes, fewer at the end."""
        with _told():
            taken = self._reader.read(size)
        self._read += len(taken)
        if self._read > MAX_DOCUMENT_BYTES and self._read > _GREATEST_RATIO * self._file.tell():
            raise ContentError(f"what it holds is more than {_GREATEST_RATIO} times its compressed size")
        return taken


class _CompleteZstd:
    """Reads zstd frames to their end; the library's own reader takes a cut-off frame for a short file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._buffer = bytearray()
        self._one = zstandard.ZstdDecompressor().decompressobj()
        self._begun = False
        self._ended = False

    def read(self, size: int) -> bytes:
        while not self._ended and len(self._buffer) < size:
            self._fill()
        taken = bytes(self._buffer[:size])
        del self._buffer[: len(taken)]
        return taken

    def _fill(self) -> None:
        chunk = self._file.read(_ZSTD_STEP_BYTES)
        if not chunk:
            if self._begun and not self._one.eof:
                raise EOFError
            self._ended = True
            return
        while chunk:
            if self._one.eof:
                self._one = zstandard.ZstdDecompressor().decompressobj()
            self._begun = True
            self._buffer += self._one.decompress(chunk)
            chunk = self._one.unused_data if self._one.eof else b""


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except EOFError as error:
        raise ContentError("the compressed data ends too early") from error
    except (gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        raise ContentError(f"the compressed data is damaged ({error})") from error
