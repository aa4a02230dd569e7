"""The frame: how one piece of a delivery lies in a raw segment.

magic (4) | header length (4) | body length (4) | CRC-32 of header and stored body (4) | header JSON | body, zstd.
Integers are little-endian. `digest` is a keyed hash of the original body, so that a redelivery stays a duplicate
after an erasure has rewritten the frame. The last frame of a sealed segment counts those before it, so that a lost tail is noticed.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

import msgspec
import zstandard

MAGIC = b"TMF1"
_PREFIX = struct.Struct("<4sIII")
MAX_BODY_BYTES = 256 * 1024 * 1024
_SCAN_BYTES = 1 << 20
END = "end"


class UnreadableSegment(Exception):
    """A segment whose first frame, which says what it holds, is damaged."""


class FileFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the file a segment was made of; stands in its first frame."""

    path: str
    sha256: str
    layout: str
    source: str | None = None
    mapping: str | None = None
    has_end: bool = False  # whether the segment is whole only with an end frame; a recovered one has none


class FrameHeader(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stands before a body."""

    received_ms: int
    digest: str
    size: int
    part: str = "whole"  # whole | first | rest: pieces of a line that is too long to be read | end
    file: FileFacts | None = None
    sender: str | None = None  # of a received delivery: whose signature it bore
    headers: dict[str, str] = {}  # of a received delivery: those that a source reads, lower-case names
    frames: int | None = None  # of an end frame: how many stand before it; its digest is that of their digests


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame as read: its number in the segment (counting frames written, damaged ones too) and its body."""

    number: int
    header: FrameHeader
    body: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that hold no readable frame; none (length 0) at the end of a segment from which whole frames are missing."""

    offset: int
    length: int


_encode_header = msgspec.json.Encoder().encode
_decode_header = msgspec.json.Decoder(FrameHeader).decode


def packed_frame(header: FrameHeader, body: bytes, compressor: zstandard.ZstdCompressor | None = None) -> bytes:
    """One frame, as it lies in a segment. Many small ones are cheaper with one compressor for all."""
    told = _encode_header(header)
    stored = (compressor or zstandard.ZstdCompressor(level=1)).compress(body)
    crc = zlib.crc32(stored, zlib.crc32(told))
    return b"".join((_PREFIX.pack(MAGIC, len(told), len(stored), crc), told, stored))


class Closing:
    """What an end frame tells: the number of the frames before it, and a digest of their digests."""

    def __init__(self) -> None:
        self.frames = 0
        self._digest = blake2b(digest_size=16)

    def add(self, header: FrameHeader) -> None:
        self.frames += 1
        self._digest.update(header.digest.encode())

    def header(self, received_ms: int) -> FrameHeader:
        return FrameHeader(received_ms=received_ms, digest=self._digest.hexdigest(), size=0, part=END, frames=self.frames)


class Part(msgspec.Struct, frozen=True):
    """A range of frames: their bytes in the segment, and the number of the first one."""

    number: int
    first_frame: int
    offset: int
    end: int | None


def parts_of(path: Path, frames_each: int) -> list[Part]:
    """A segment cut into ranges of so many frames, or left whole where a frame's prefix is damaged; the first frame stands before them."""
    offsets = []
    with path.open("rb") as file:
        size, offset = file.seek(0, 2), 0
        while offset < size:
            file.seek(offset)
            magic, header_length, body_length, _ = _PREFIX.unpack(file.read(_PREFIX.size).ljust(_PREFIX.size))
            offsets.append(offset)
            offset += _PREFIX.size + header_length + body_length
            if magic != MAGIC or offset > size:
                return [Part(0, 1, offsets[1] if len(offsets) > 1 else 0, None)]
    starts = offsets[1::frames_each] or [size]
    return [
        Part(number, 1 + number * frames_each, start, end)
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], size], strict=True))
    ]


def read_frames(path: Path, part: Part | None = None) -> Iterator[Frame | Damage]:
    """The frames of a segment or of a part of it, in order; after damage it goes on at the next frame whose CRC holds."""
    with path.open("rb") as file:
        number, offset, end = (part.first_frame, part.offset, part.end) if part else (0, 0, None)
        end = file.seek(0, 2) if end is None else end
        damage_from: int | None = None
        while offset < end:
            frame, after = _frame_at(file, offset, number)
            if frame is not None:
                if damage_from is not None:
                    yield Damage(damage_from, offset - damage_from)
                    damage_from = None
                    number += 1
                    frame = Frame(number, frame.header, frame.body)
                if frame.header.part != END:
                    yield frame
                number, offset = number + 1, after
                continue
            if damage_from is None:
                damage_from = offset
            found = _next_magic(file, offset + 1)
            offset = end if found is None else min(found, end)
        if damage_from is not None:
            yield Damage(damage_from, end - damage_from)
        elif end == file.seek(0, 2) and _misses_frames(file, end):
            yield Damage(end, 0)


def _misses_frames(file: BinaryIO, size: int) -> bool:
    """Whether a segment that is to have an end frame has none, or one that tells other frames than there are.

    Bodies are read only where the end frame disagrees: a damaged frame is told where it lies, and is no missing one.
    """
    closing, offsets, offset = Closing(), [], 0
    must_end, end = False, None
    while offset < size:
        header, after = _header_at(file, offset)
        if header is None:
            return False
        must_end = must_end or (header.file is not None and header.file.has_end)
        if header.part == END:
            end = header
        else:
            closing.add(header)
        offsets.append(offset)
        offset = after
    if not must_end or offset > size:
        return False
    return end is None or (end != closing.header(end.received_ms) and all(_frame_at(file, each, 0)[0] for each in offsets))


def _header_at(file: BinaryIO, offset: int) -> tuple[FrameHeader | None, int]:
    """The header of a frame, its body unread, and where the frame after it begins; None where there is no frame."""
    file.seek(offset)
    magic, header_length, body_length, _ = _PREFIX.unpack(file.read(_PREFIX.size).ljust(_PREFIX.size))
    if magic != MAGIC or header_length > _SCAN_BYTES:
        return None, offset
    try:
        return _decode_header(file.read(header_length)), offset + _PREFIX.size + header_length + body_length
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None, offset


def _frame_at(file: BinaryIO, offset: int, number: int) -> tuple[Frame | None, int]:
    file.seek(offset)
    prefix = file.read(_PREFIX.size)
    if len(prefix) < _PREFIX.size:
        return None, offset
    magic, header_length, body_length, crc = _PREFIX.unpack(prefix)
    # a zeroed prefix would pass: the CRC of nothing is 0
    if magic != MAGIC or not 0 < header_length <= _SCAN_BYTES or body_length > MAX_BODY_BYTES:
        return None, offset
    told, stored = file.read(header_length), file.read(body_length)
    if len(stored) < body_length or zlib.crc32(stored, zlib.crc32(told)) != crc:
        return None, offset
    header = _decode_header(told)
    body = zstandard.ZstdDecompressor().decompress(stored, max_output_size=header.size)
    return Frame(number, header, body), offset + _PREFIX.size + header_length + body_length


def _next_magic(file: BinaryIO, offset: int) -> int | None:
    file.seek(offset)
    tail = b""
    while chunk := file.read(_SCAN_BYTES):
        found = (tail + chunk).find(MAGIC)
        if found >= 0:
            return offset - len(tail) + found
        tail = (tail + chunk)[-len(MAGIC) + 1 :]
        offset = file.tell()
    return None


def segment_head(segment: Path) -> tuple[FileFacts, int]:
    """What the first frame says of the file, and when it arrived. Raises UnreadableSegment, OSError."""
    head = next(read_frames(segment), None)
    if not isinstance(head, Frame) or head.header.file is None:
        raise UnreadableSegment(f"{segment}: its first frame is damaged")
    return head.header.file, head.header.received_ms
