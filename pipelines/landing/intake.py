"""Lands a file: checks it, takes off its compression, and writes its content byte-exact into a raw segment."""

from __future__ import annotations

import gzip
import hashlib
import stat
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

from pipelines.failure import shown
from pipelines.landing.frames import FileFacts
from pipelines.landing.layout import MAX_LINE_BYTES, layout_of
from pipelines.landing.segments import SegmentWriter

FRAME_BYTES = 1 << 20
_HEAD_BYTES = 1 << 16
_GZIP, _ZSTD, _PARQUET = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1"


class Refused(Exception):
    """A file that cannot be taken at all; the message names it and says why."""


def file_sha256(path: Path) -> str:
    """The hash a file is known by. Raises Refused."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Refused(f"{shown(path)}: not a regular file")
        with path.open("rb") as file:
            digest = hashlib.sha256()
            while chunk := file.read(FRAME_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise Refused(f"{shown(path)}: {(error.strerror or str(error)).lower()}") from error
    return digest.hexdigest()


def land_file(
    path: Path,
    folder: Path,
    digest_key: bytes,
    sha256: str,
    *,
    source: str | None,
    mapping: str | None,
    check: Callable[[bytes, str], None],
) -> Path:
    """Writes one file, known by its `sha256`, into a segment of its own; returns the sealed segment.

    `check(head, layout)` may raise Refused on the first bytes of the content. Raises Refused for a file that is missing,
    empty, cut off, wrongly compressed or not to be written; no segment is left then.
    """
    received_ms = time.time_ns() // 1_000_000
    with _refusing(path), path.open("rb") as file:
        content = _content(path, file)
        head = content.read(MAX_LINE_BYTES if layout_of(path.name, b"") == "config" else _HEAD_BYTES)
        if not head.strip():
            raise Refused(f"{shown(path)}: the file is empty")
        if path.suffix == ".parquet" and not head.startswith(_PARQUET):
            raise Refused(f"{shown(path)}: not a Parquet file (it does not begin with PAR1)")
        layout = layout_of(path.name, head)
        check(head, layout)
        mapping = mapping if layout != "config" else None
        facts = FileFacts(path=shown(path), sha256=sha256, layout=layout, source=source, mapping=mapping, has_end=True)
        with SegmentWriter(folder, received_ms, digest_key) as segment:
            segment.append(b"", file=facts)
            pieces = _line_pieces if layout == "lines" else _plain_pieces
            segment.append_all(pieces(head, content))
            return segment.seal()


def check_head(path: Path, check: Callable[[bytes, str], None]) -> None:
    """Runs `check` on the first bytes of a file that is not landed. Raises Refused."""
    with path.open("rb") as file:
        head = _content(path, file).read(_HEAD_BYTES)
    check(head, layout_of(path.name, head))


def read_pieces(path: Path) -> Iterator[tuple[str, bytes]]:
    """(layout, piece) of a file's content without its compression, piece by piece. Raises Refused."""
    with _refusing(path), path.open("rb") as file:
        content = _content(path, file)
        head = content.read(_HEAD_BYTES)
        if not head.strip():
            raise Refused(f"{shown(path)}: the file is empty")
        layout = layout_of(path.name, head)
        for piece, _ in _plain_pieces(head, content):
            yield layout, piece


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """What is wrong with a file, as a refusal that names it."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        raise Refused(f"{shown(path)}: {_why_compressed(error)}") from error
    except OSError as error:
        raise Refused(f"{shown(path)}: {(error.strerror or str(error)).lower()}") from error


def _content(path: Path, file: BinaryIO) -> BinaryIO:
    """The content without its compression, which is told by the first bytes and must agree with the name."""
    magic = file.read(4)
    file.seek(0)
    if path.suffix == ".gz" and not magic.startswith(_GZIP):
        raise Refused(f"{shown(path)}: named .gz but not compressed with gzip")
    if path.suffix == ".zst" and magic != _ZSTD:
        raise Refused(f"{shown(path)}: named .zst but not compressed with zstd")
    if magic.startswith(_GZIP):
        return cast(BinaryIO, gzip.GzipFile(fileobj=file))
    if magic == _ZSTD:
        return cast(BinaryIO, _CompleteZstd(file))
    return file


class _CompleteZstd:
    """Reads zstd frames to their end; the library's own reader takes a cut-off frame for a short file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._buffer = bytearray()
        self._one = zstandard.ZstdDecompressor().decompressobj()
        self._begun = False
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        while not self._ended and (size < 0 or len(self._buffer) < size):
            self._fill()
        taken = bytes(self._buffer if size < 0 else self._buffer[:size])
        del self._buffer[: len(taken)]
        return taken

    def _fill(self) -> None:
        chunk = self._file.read(1 << 17)
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


def _plain_pieces(head: bytes, content: BinaryIO) -> Iterator[tuple[bytes, str]]:
    piece = head
    while piece:
        yield piece, "whole"
        piece = content.read(FRAME_BYTES)


def _line_pieces(head: bytes, content: BinaryIO) -> Iterator[tuple[bytes, str]]:
    """Pieces of whole lines. A line above the limit comes as a `first` piece and `rest` pieces, which are not read."""
    rest, chunk, oversize = b"", head, False
    while chunk:
        rest += chunk
        cut = rest.rfind(b"\n") + 1
        if oversize:
            end = rest.find(b"\n") + 1
            yield rest[:end] if end else rest, "rest"
            rest, oversize = (rest[end:], False) if end else (b"", True)
        elif cut:
            yield rest[:cut], "whole"
            rest = rest[cut:]
        elif len(rest) > MAX_LINE_BYTES:
            yield rest, "first"
            rest, oversize = b"", True
        chunk = content.read(FRAME_BYTES)
    if rest:
        yield rest, "rest" if oversize else "whole"


def _why_compressed(error: Exception) -> str:
    return "the compressed data ends too early" if isinstance(error, EOFError) else f"the compressed data is damaged ({error})"
