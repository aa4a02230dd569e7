"""Lands a file: checks it, takes off its compression, and writes its content byte-exact into a raw segment."""

from __future__ import annotations

import hashlib
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipelines.failure import shown
from pipelines.landing.content import PARQUET, Content, ContentError, is_plain
from pipelines.landing.frames import FileFacts
from pipelines.landing.layout import MAX_DOCUMENT_BYTES, MAX_LINE_BYTES, MAX_SETTINGS_BYTES, layout_of
from pipelines.landing.segments import SegmentWriter

FRAME_BYTES = 1 << 20
HEAD_BYTES = 1 << 16
_MIB = 1 << 20

Pieces = Iterator[tuple[bytes, str]]


class Refused(Exception):
    """A file that cannot be taken at all; the message names it and says why."""


def file_sha256(path: Path) -> str:
    """The hash a file is known by. Raises Refused, also for a file that is one document or one line above all limits."""
    with _told(path):
        if not stat.S_ISREG(path.stat().st_mode):
            raise ContentError("not a regular file")
        with path.open("rb") as file:
            _check_length(path, file)
            file.seek(0)
            return hashlib.file_digest(file, "sha256").hexdigest()


def _check_length(path: Path, file: BinaryIO) -> None:
    head = file.read(FRAME_BYTES)
    if not is_plain(head):
        return
    if layout_of(path.name, head) == "document":
        _check_document(path.stat().st_size)
    while head and b"\n" not in head:
        _check_line(file.tell())
        head = file.read(FRAME_BYTES)


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
    with _told(path), path.open("rb") as file:
        content = Content(path, file)
        head = _head(path, content)
        layout = layout_of(path.name, head)
        check(head, layout)
        mapping = mapping if layout != "config" else None
        facts = FileFacts(path=shown(path), sha256=sha256, layout=layout, source=source, mapping=mapping, has_end=True)
        with SegmentWriter(folder, received_ms, digest_key) as segment:
            segment.append(b"", file=facts)
            segment.append_all(_PIECES[layout](head, content))
            return segment.seal()


def check_head(path: Path, check: Callable[[bytes, str], None]) -> None:
    """Runs `check` on the first bytes of a file that is not landed. Raises Refused."""
    with _told(path), path.open("rb") as file:
        head = Content(path, file).read(HEAD_BYTES)
    check(head, layout_of(path.name, head))


def read_pieces(path: Path) -> Iterator[tuple[str, bytes]]:
    """(layout, piece) of a file's content without its compression, piece by piece. Raises Refused."""
    with _told(path), path.open("rb") as file:
        content = Content(path, file)
        head = _head(path, content)
        layout = layout_of(path.name, head)
        for piece, _ in _plain_pieces(head, content):
            yield layout, piece


def _head(path: Path, content: Content) -> bytes:
    """The first bytes of a content; settings as a whole. Raises ContentError."""
    is_settings = layout_of(path.name, b"") == "config"
    head = content.read(MAX_SETTINGS_BYTES + 1 if is_settings else HEAD_BYTES)
    if not head.strip():
        raise ContentError("the file is empty")
    if is_settings and len(head) > MAX_SETTINGS_BYTES:
        raise ContentError(f"settings of more than {MAX_SETTINGS_BYTES // _MIB} MiB")
    if path.suffix == ".parquet" and not head.startswith(PARQUET):
        raise ContentError("not a Parquet file (it does not begin with PAR1)")
    return head


def _check_document(size: int) -> None:
    if size > MAX_DOCUMENT_BYTES:
        raise ContentError(f"a JSON document of more than {MAX_DOCUMENT_BYTES // _MIB} MiB; deliveries can be told one a line, as .jsonl")


def _check_line(size: int) -> None:
    if size > MAX_DOCUMENT_BYTES:
        raise ContentError(f"it holds a line of more than {MAX_DOCUMENT_BYTES // _MIB} MiB")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turns what is wrong with a content into a refusal of its file."""
    try:
        yield
    except ContentError as error:
        raise Refused(f"{shown(path)}: {error}") from error
    except OSError as error:
        raise Refused(f"{shown(path)}: {(error.strerror or str(error)).lower()}") from error


def _plain_pieces(head: bytes, content: Content) -> Pieces:
    piece = head
    while piece:
        yield piece, "whole"
        piece = content.read(FRAME_BYTES)


def _document_pieces(head: bytes, content: Content) -> Pieces:
    size = 0
    for piece, part in _plain_pieces(head, content):
        size += len(piece)
        _check_document(size)
        yield piece, part


def _line_pieces(head: bytes, content: Content) -> Pieces:
    """Pieces of whole lines. A line above the limit comes as a `first` piece and `rest` pieces, which are not read."""
    rest, chunk, oversize = b"", head, 0  # bytes of the line above the limit that are told
    while chunk:
        rest += chunk
        cut = rest.rfind(b"\n") + 1
        if oversize:
            end = rest.find(b"\n") + 1
            yield rest[:end] if end else rest, "rest"
            oversize += len(rest)
            _check_line(oversize)
            rest, oversize = (rest[end:], 0) if end else (b"", oversize)
        elif cut:
            yield rest[:cut], "whole"
            rest = rest[cut:]
        elif len(rest) > MAX_LINE_BYTES:
            yield rest, "first"
            rest, oversize = b"", len(rest)
        chunk = content.read(FRAME_BYTES)
    if rest:
        yield rest, "rest" if oversize else "whole"


_PIECES: dict[str, Callable[[bytes, Content], Pieces]] = {
    "lines": _line_pieces,
    "document": _document_pieces,
    "csv": _plain_pieces,
    "parquet": _plain_pieces,
    "config": _plain_pieces,
}
