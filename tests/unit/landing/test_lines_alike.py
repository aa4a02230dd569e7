"""A line that begins like the one before is read as if it stood alone, whatever stands between them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipelines.alike import alike_to
from pipelines.landing.frames import FileFacts, Frame, FrameHeader
from pipelines.records import records_of
from pipelines.shapes.drift import Drift, DriftWatch
from pipelines.sources.contract import Outcome
from tests.messaging import SENT_MS, items, mutated, new_desk
from tests.messaging_bodies import THREAD_ITEMS, WHATSAPP_BODIES

THREAD_BODIES = tuple(items(item) for item in THREAD_ITEMS)
BODIES = st.sampled_from(THREAD_BODIES + WHATSAPP_BODIES)
INSTAGRAM = st.sampled_from(THREAD_BODIES).map(lambda body: body | {"object": "instagram"})


def _odd(line: bytes) -> st.SearchStrategy[bytes]:
    """A line, and others that begin like it or nearly so."""
    envelope = json.dumps({"headers": {"x-hub-signature-256": "sha256=1"}, "body": line.decode()}).encode()
    return st.sampled_from(
        [
            *(line, line, line, line[:-1], line + line, line + b"\r", b" " + line, b"\xef\xbb\xbf" + line, b"", b"  ", envelope, b"[1]"),
            line.replace(b'{"object":', b'{"object": ', 1),
            line[:-1] + b',"object":"instagram"}',
            line[:-1] + b',"new_field":[1]}',
            b'{"object":"page","entry":[]}',
            b'{"object":"user","entry":[{"id":"1"}]}',
        ]
    )


def _line(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


LINES = (BODIES | INSTAGRAM | mutated(BODIES)).map(_line).flatmap(_odd)


def _read(lines: list[bytes], source: str | None) -> tuple[list[tuple[str, Outcome]], list[Drift]]:
    watch, facts = DriftWatch(), FileFacts(path="a.jsonl", sha256="", layout="lines", source=source)
    frame = Frame(1, FrameHeader(received_ms=SENT_MS, digest="", size=0), b"\n".join(lines))
    told = records_of(facts, iter([frame]), new_desk(), SENT_MS, watch)
    return [(name, outcome) for name, _, outcomes in told for outcome in outcomes], watch.take()


@given(lines=st.lists(LINES, min_size=2, max_size=6), source=st.none() | st.sampled_from(["messenger", "whatsapp"]))
def test_lines_are_read_as_if_each_stood_alone(lines: list[bytes], source: str | None) -> None:
    together, drifts = _read(lines, source)
    alone = [_read([line], source) for line in lines]
    assert together == [outcome for outcomes, _ in alone for outcome in outcomes]
    assert sum(drift.count for drift in drifts) == sum(drift.count for _, told in alone for drift in told)


def test_only_what_begins_with_its_platform_is_alike() -> None:
    told = alike_to(b'{"object":"page","entry":[]}')
    assert told is not None
    assert (told.begin, told.source.name) == (b'{"object":"page",', "messenger")
    assert alike_to(b'{"object":"nobody","entry":[]}') is None
    assert alike_to(b'{"object":"page"}') is None
    assert alike_to(b'{"entry":[],"object":"page"}') is None
