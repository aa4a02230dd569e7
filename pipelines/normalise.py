"""Turns a raw segment into its canonical folder: every record becomes typed rows or a quarantine row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from pipelines.landing.canonical import CanonicalWriter, Summary
from pipelines.landing.deliveries import LAYOUT as DELIVERIES
from pipelines.landing.deliveries import deliveries_sha256
from pipelines.landing.frames import Damage, FileFacts, Frame, UnreadableSegment, read_frames
from pipelines.landing.joined import JOINED, landed_files
from pipelines.landing.layout import MAX_DOCUMENT_BYTES, MAX_LINE_BYTES
from pipelines.landing.streams import PieceStream
from pipelines.sources.config import config_events, parse_shops
from pipelines.sources.contract import Delivery, Loaded, Outcome, Quarantined
from pipelines.sources.desk import Contact, Desk
from pipelines.sources.quarantine import Reason
from pipelines.sources.registry import SOURCES, joined_table_outcomes, source_of, table_outcomes
from pipelines.sources.senders import sender_of

_CONTACTS_AT_ONCE = 20_000
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Record:
    """One outcome and where its record lies."""

    source: str
    frame: int
    outcome: Outcome


class _Envelope(msgspec.Struct):
    body: msgspec.Raw
    headers: dict[str, Any]


_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_decode_text = msgspec.json.Decoder(str).decode


def normalise_segment(
    segment: Path, canonical: Path, desk: Desk, keep: Callable[[list[Contact]], None], progress: Callable[[int], None] | None = None
) -> tuple[Path, Summary]:
    """Writes the canonical folder of a segment; contacts go to `keep` before the folder appears.

    Raises UnreadableSegment where its first frame, or any frame of a document or table, is damaged, and OSError.
    """
    frames = read_frames(segment)
    head = next(frames, None)
    if not isinstance(head, Frame) or head.header.file is None:
        raise UnreadableSegment(f"{segment}: its first frame is damaged")
    facts = head.header.file
    with CanonicalWriter(canonical, segment.stem) as writer:
        entry, at_frame = 0, -1
        for record in _records(facts, frames, desk, head.header.received_ms):
            entry = entry + 1 if record.frame == at_frame else 0
            at_frame = record.frame
            writer.write(record.source, record.frame, entry, record.outcome)
            if writer.records % _CONTACTS_AT_ONCE == 0:
                keep(desk.take_contacts())
                if progress:
                    progress(_CONTACTS_AT_ONCE)
        keep(desk.take_contacts())
        if progress:
            progress(writer.records % _CONTACTS_AT_ONCE)
        assets = desk.take_assets()
        summary = Summary(
            path=facts.path,
            sha256=facts.sha256 or deliveries_sha256(segment),
            received_ms=head.header.received_ms,
            source=_source_name(facts, writer.sources),
            records=writer.records,
            quarantined=writer.reasons.total(),
            reasons=dict(sorted(writer.reasons.items())),
            assets=assets,
            settings_digest=desk.settings_digest(assets),
            sizes=writer.close_files(),
        )
        return writer.finish(summary), summary


def _records(facts: FileFacts, frames: Iterator[Frame | Damage], desk: Desk, received_ms: int) -> Iterator[Record]:
    if facts.layout == "lines" and facts.mapping is None:
        for frame in frames:
            yield from _of_lines(facts, frame, desk, received_ms)
    elif facts.layout == DELIVERIES:
        for frame in frames:
            yield from _of_delivery(frame, desk)
    elif facts.layout == "config":
        text = _joined(frames, MAX_DOCUMENT_BYTES)
        for rows in config_events(parse_shops(text.decode("utf-8-sig")), received_ms):
            yield Record("config", 1, Loaded(rows))
    elif facts.layout == "document" and facts.mapping is None:
        body = _joined(frames, MAX_DOCUMENT_BYTES)
        if len(body) > MAX_DOCUMENT_BYTES:
            yield Record(facts.source or _UNKNOWN, 1, Quarantined(Reason.TOO_LARGE))
        else:
            yield from _of_body(facts.source, body, 1, desk, received_ms)
    elif facts.layout == JOINED and facts.mapping is not None:
        tables = ((layout, _stream(part)) for layout, part in landed_files(frames))
        for outcome in joined_table_outcomes(tables, desk, facts.mapping):
            yield Record(facts.source or _UNKNOWN, 1, outcome)
    else:
        for source, outcome in table_outcomes(facts.layout, _stream(frames), desk, facts.mapping):
            yield Record(source, 1, outcome)


def _of_lines(facts: FileFacts, frame: Frame | Damage, desk: Desk, received_ms: int) -> Iterator[Record]:
    if isinstance(frame, Damage):
        yield Record(facts.source or _UNKNOWN, 0, Quarantined(Reason.MALFORMED_JSON, f"{frame.length} damaged bytes of landing"))
    elif frame.header.part == "whole":
        for line in frame.body.split(b"\n"):
            if len(line) > MAX_LINE_BYTES:
                yield Record(facts.source or _UNKNOWN, frame.number, Quarantined(Reason.TOO_LARGE))
            elif line and not line.isspace():
                yield from _of_body(facts.source, line, frame.number, desk, received_ms)
    elif frame.header.part == "first":
        yield Record(facts.source or _UNKNOWN, frame.number, Quarantined(Reason.TOO_LARGE))


def _of_delivery(frame: Frame | Damage, desk: Desk) -> Iterator[Record]:
    """The records of one received delivery, read by a source of its sender's alone: who may sign as a shop is no page."""
    if isinstance(frame, Damage):
        yield Record(_UNKNOWN, 0, Quarantined(Reason.MALFORMED_JSON, f"{frame.length} damaged bytes of landing"))
        return
    header = frame.header
    source = source_of(frame.body, header.headers)
    if source is None or sender_of(source.name) != header.sender:
        yield Record(_UNKNOWN, frame.number, Quarantined(*_why_unread(frame.body)))
        return
    for outcome in source.normalise(Delivery(frame.body, header.headers, header.received_ms), desk):
        yield Record(source.name, frame.number, outcome)


def _of_body(told_source: str | None, body: bytes, frame: int, desk: Desk, received_ms: int) -> Iterator[Record]:
    """The records of one delivery: a body, or an envelope of headers and body."""
    headers: Mapping[str, str] = {}
    body = body.removeprefix(b"\xef\xbb\xbf")
    if b'"headers"' in body[:512] or b'"headers"' in body[-4096:]:
        body, headers = _opened(body)
    source = SOURCES.get(told_source) if told_source else source_of(body, headers)
    if source is None:
        yield Record(told_source or _UNKNOWN, frame, Quarantined(*_why_unread(body)))
        return
    delivery = Delivery(body, headers, received_ms)
    for outcome in source.normalise(delivery, desk):
        yield Record(source.name, frame, outcome)


def _opened(line: bytes) -> tuple[bytes, Mapping[str, str]]:
    try:
        envelope = _decode_envelope(line)
        body = bytes(envelope.body)
        if body[:1] == b'"':
            body = _decode_text(body).encode()
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
        return line, {}
    return body, {name.lower(): str(value) for name, value in envelope.headers.items()}


def _why_unread(body: bytes) -> tuple[Reason, str]:
    try:
        msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        return Reason.MALFORMED_JSON, str(error)
    return Reason.UNSUPPORTED_SOURCE, ""


def _source_name(facts: FileFacts, counted: Mapping[str, int]) -> str:
    if facts.source:
        return facts.source
    known = sorted(name for name in counted if name != _UNKNOWN)
    return "+".join(known) or _UNKNOWN


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
        raise UnreadableSegment(f"{frame.length} bytes from byte {frame.offset} on are damaged")
    return frame


def _stream(frames: Iterator[Frame | Damage]) -> BinaryIO:
    return cast(BinaryIO, PieceStream(_whole(frame).body for frame in frames))
