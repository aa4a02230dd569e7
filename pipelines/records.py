"""The records of a raw segment: its frames cut into deliveries, each read by the source that knows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any, BinaryIO, cast

import msgspec

from pipelines.alike import Alike, alike_to
from pipelines.landing.deliveries import LAYOUT as DELIVERIES
from pipelines.landing.frames import Damage, FileFacts, Frame, UnreadableSegment
from pipelines.landing.joined import JOINED, landed_files
from pipelines.landing.layout import MAX_DOCUMENT_BYTES, MAX_LINE_BYTES
from pipelines.landing.streams import PieceStream
from pipelines.shapes.drift import DriftWatch
from pipelines.sources.config import config_events, parse_shops
from pipelines.sources.contract import Delivery, Loaded, Outcome, Quarantined
from pipelines.sources.desk import Desk
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import UNREADABLE
from pipelines.sources.registry import SOURCES, joined_table_outcomes, source_of, table_outcomes
from pipelines.sources.senders import sender_of
from pipelines.sources.tables import TableError

UNKNOWN = "unknown"
Records = tuple[str, int, Iterable[Outcome]]  # source, frame, the outcomes of records that lie there
_BOM = b"\xef\xbb\xbf"
_HEADERS = b'"headers"'
_META_BODY = b'{"object":'  # what begins so is no envelope, and need not be searched
_NO_HEADERS: Mapping[str, str] = {}
_FREE_BYTES = 1 << 20
_TOLD_AT_ONCE = 256  # records of neighbouring lines: so few are still in the cache when they are written
_HEADERS_WITHIN, _HEADERS_FROM_END = 512, 4096  # bytes: an envelope tells its headers before or after its body
_MAX_DECODED_BYTES = 160 * 1024 * 1024


class _Envelope(msgspec.Struct):
    body: msgspec.Raw
    headers: dict[str, Any]


_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_decode_text = msgspec.json.Decoder(str).decode


def reads_in_parts(facts: FileFacts) -> bool:
    """Whether the frames of a file can be read apart from each other: each line is a delivery."""
    return facts.layout == "lines" and facts.mapping is None


def records_of(facts: FileFacts, frames: Iterator[Frame | Damage], desk: Desk, received_ms: int, watch: DriftWatch) -> Iterator[Records]:
    """All records of some frames. Raises UnreadableSegment where a frame of a document or table is damaged."""
    if reads_in_parts(facts):
        for frame in frames:
            yield from _of_lines(facts, frame, desk, received_ms, watch)
    elif facts.layout == DELIVERIES:
        for frame in frames:
            yield _of_delivery(frame, desk, watch)
    elif facts.layout == "config":
        text = _joined(frames, MAX_DOCUMENT_BYTES)
        yield "config", 1, [Loaded(rows) for rows in config_events(parse_shops(text.decode("utf-8-sig")), received_ms)]
    elif facts.layout == "document" and facts.mapping is None:
        body = _joined(frames, MAX_DOCUMENT_BYTES)
        if len(body) > MAX_DOCUMENT_BYTES or (len(body) > _FREE_BYTES and _swells(body)):
            yield facts.source or UNKNOWN, 1, (Quarantined(Reason.TOO_LARGE),)
        else:
            source, outcomes = _of_body(facts.source, *_unwrapped(body), 1, desk, received_ms, watch)
            yield source, 1, outcomes
    elif facts.layout == JOINED and facts.mapping is not None:
        tables = ((layout, frames_as_stream(part)) for layout, part in landed_files(frames))
        for outcome in joined_table_outcomes(tables, desk, facts.mapping):
            yield facts.source or UNKNOWN, 1, (outcome,)
    else:
        try:
            for source, outcome in table_outcomes(facts.layout, frames_as_stream(frames), desk, facts.mapping, watch.rows):
                yield source, 1, (outcome,)
        except TableError as error:
            raise UnreadableSegment(str(error)) from error


def _of_lines(facts: FileFacts, frame: Frame | Damage, desk: Desk, received_ms: int, watch: DriftWatch) -> Iterator[Records]:
    if isinstance(frame, Damage):
        yield facts.source or UNKNOWN, 0, (Quarantined(Reason.MALFORMED_JSON, _told(frame)),)
    elif frame.header.part == "whole":
        yield from _of_whole_lines(facts, frame, desk, received_ms, watch)
    elif frame.header.part == "first":
        yield facts.source or UNKNOWN, frame.number, (Quarantined(Reason.TOO_LARGE),)


def _of_whole_lines(facts: FileFacts, frame: Frame, desk: Desk, received_ms: int, watch: DriftWatch) -> Iterator[Records]:
    """The records of a frame's lines, those of neighbours that one source reads at once."""
    source = ""
    told: list[Outcome] = []
    for reader, outcomes in _of_each_line(facts, frame, desk, received_ms, watch):
        if reader != source or len(told) >= _TOLD_AT_ONCE:
            if told:
                yield source, frame.number, told
            source, told = reader, []
        told += outcomes
    if told:
        yield source, frame.number, told


def _of_each_line(
    facts: FileFacts, frame: Frame, desk: Desk, received_ms: int, watch: DriftWatch
) -> Iterator[tuple[str, Iterable[Outcome]]]:
    """Who reads a line, and its records. A line that begins like the one before is not asked again what it is."""
    alike: Alike | None = None
    for line in BytesIO(frame.body):  # several times as fast as `split`, which compares byte by byte
        if alike is not None and len(line) <= _FREE_BYTES and line.startswith(alike.begin):
            try:
                decoded = alike.decode(line)
            except UNREADABLE:
                pass
            else:
                yield alike.source.name, alike.source.normalise(Delivery(line, _NO_HEADERS, received_ms, decoded), desk)
                continue
        if line.isspace():
            continue
        line = line.rstrip(b"\n")
        if len(line) > _FREE_BYTES and (len(line) > MAX_LINE_BYTES or _swells(line)):
            yield facts.source or UNKNOWN, (Quarantined(Reason.TOO_LARGE),)
            continue
        yield _of_body(facts.source, *_unwrapped(line), frame.number, desk, received_ms, watch)
        if line.startswith(_META_BODY) and (told := alike_to(line)) and facts.source in (None, told.source.name):
            alike = told


def _of_delivery(frame: Frame | Damage, desk: Desk, watch: DriftWatch) -> Records:
    """The records of one received delivery, read by a source of its sender's alone: who may sign as a shop is no page."""
    if isinstance(frame, Damage):
        return UNKNOWN, 0, (Quarantined(Reason.MALFORMED_JSON, _told(frame)),)
    header = frame.header
    source = source_of(frame.body, header.headers)
    if source is None or sender_of(source.name) != header.sender:
        return UNKNOWN, frame.number, (Quarantined(*_why_unread(frame.body)),)
    decoded = watch.read(source.name, source.whole, frame.body, frame.number)
    return source.name, frame.number, source.normalise(Delivery(frame.body, header.headers, header.received_ms, decoded), desk)


def _of_body(
    told_source: str | None, body: bytes, headers: Mapping[str, str], frame: int, desk: Desk, received_ms: int, watch: DriftWatch
) -> tuple[str, Iterable[Outcome]]:
    """Who reads a delivery, and its records."""
    source = SOURCES.get(told_source) if told_source else source_of(body, headers)
    if source is None:
        return told_source or UNKNOWN, (Quarantined(*_why_unread(body)),)
    decoded = watch.read(source.name, source.whole, body, frame)
    return source.name, source.normalise(Delivery(body, headers, received_ms, decoded), desk)


def _swells(body: bytes) -> bool:
    """Whether a body may take too much memory decoded: an empty list is two bytes of text and 64 bytes decoded."""
    return 232 * body.count(b"{") + 64 * (body.count(b"[") + body.count(b",")) > _MAX_DECODED_BYTES


def deliveries_known(head: bytes) -> bool:
    """Whether a source knows one of the whole lines at the begin of a file, or there is none."""
    lines = head.split(b"\n")[:-1]
    return not lines or any(source_of(*_unwrapped(line)) is not None for line in lines)


def _unwrapped(line: bytes) -> tuple[bytes, Mapping[str, str]]:
    """The body of a delivery and its headers: none where the line is the body itself."""
    line = line.removeprefix(_BOM)
    if line.startswith(_META_BODY) or not (_HEADERS in line[:_HEADERS_WITHIN] or _HEADERS in line[-_HEADERS_FROM_END:]):
        return line, _NO_HEADERS
    try:
        envelope = _decode_envelope(line)
        body = bytes(envelope.body)
        if body[:1] == b'"':
            body = _decode_text(body).encode()
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
        return line, _NO_HEADERS
    return body, {name.lower(): str(value) for name, value in envelope.headers.items()}


def _why_unread(body: bytes) -> tuple[Reason, str]:
    try:
        msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        return Reason.MALFORMED_JSON, str(error)
    return Reason.UNSUPPORTED_SOURCE, ""


def _joined(frames: Iterator[Frame | Damage], limit: int) -> bytes:
    """The bodies one after the other, a little more than `limit` bytes at the most."""
    joined = bytearray()
    for frame in frames:
        joined += _whole(frame).body
        if len(joined) > limit:
            break
    return bytes(joined)


def _whole(frame: Frame | Damage) -> Frame:
    """The frame of a document or table, which cannot be read past a hole. Raises UnreadableSegment."""
    if isinstance(frame, Damage):
        raise UnreadableSegment(f"{frame.length} bytes from byte {frame.offset} on are damaged" if frame.length else _told(frame))
    return frame


def frames_as_stream(frames: Iterator[Frame | Damage]) -> BinaryIO:
    """The bodies of frames as one binary stream, which raises UnreadableSegment at a damaged one."""
    return cast(BinaryIO, PieceStream(_whole(frame).body for frame in frames))


def _told(damage: Damage) -> str:
    return f"{damage.length} damaged bytes of landing" if damage.length else "frames are missing at the end of landing"
