"""Sealed segments: whole frames that are lost at their end, or anywhere, are named as damage."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.landing.frames import Damage, FileFacts, Frame, parts_of, read_frames
from pipelines.landing.segments import SegmentWriter

BODIES = st.lists(st.binary(max_size=200), min_size=1, max_size=9)


def _sealed(bodies: list[bytes], folder: Path, *, has_end: bool = True) -> Path:
    with SegmentWriter(folder, 1, b"k" * 32) as segment:
        segment.append(b"", file=FileFacts(path="a", sha256="b", layout="lines", has_end=has_end))
        segment.append_all((body, "whole") for body in bodies)
        return segment.seal()


def _borders(segment: Path) -> list[int]:
    """Where each frame begins, the end frame too."""
    return [part.offset for part in parts_of(segment, 1)]


def _bodies(read: list[Frame | Damage]) -> list[bytes]:
    return [piece.body for piece in read if isinstance(piece, Frame)][1:]


@settings(deadline=None)  # each example waits for the disk
@given(bodies=BODIES)
def test_the_end_frame_is_none_of_the_content(bodies: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    read = list(read_frames(_sealed(bodies, tmp_path_factory.mktemp("segments"))))
    assert all(isinstance(piece, Frame) for piece in read)
    assert _bodies(read) == bodies


@settings(deadline=None)  # each example waits for the disk
@given(bodies=BODIES, data=st.data())
def test_a_segment_cut_at_the_border_of_a_frame_is_damaged(bodies: list[bytes], data, tmp_path_factory) -> None:
    segment = _sealed(bodies, tmp_path_factory.mktemp("segments"))
    borders = _borders(segment)
    kept = data.draw(st.integers(0, len(borders) - 1))
    segment.write_bytes(segment.read_bytes()[: borders[kept]])
    *whole, last = read_frames(segment)
    assert last == Damage(borders[kept], 0)
    assert _bodies(whole) == bodies[:kept]


@settings(deadline=None)  # each example waits for the disk
@given(bodies=st.lists(st.binary(min_size=1, max_size=99), min_size=2, max_size=9), data=st.data())
def test_a_frame_taken_out_or_put_elsewhere_is_noticed(bodies: list[bytes], data, tmp_path_factory) -> None:
    segment = _sealed(bodies, tmp_path_factory.mktemp("segments"))
    content, borders = segment.read_bytes(), _borders(segment)
    place = data.draw(st.integers(0, len(borders) - 2))
    frame, rest = content[borders[place] : borders[place + 1]], content[borders[place + 1] :]
    spoilt = content[: borders[place]] + rest
    if data.draw(st.booleans()):
        spoilt = content[: borders[0]] + frame + content[borders[0] : borders[place]] + rest
    segment.write_bytes(spoilt)
    damage = [piece for piece in read_frames(segment) if isinstance(piece, Damage)]
    assert damage == ([] if spoilt == content else [Damage(len(spoilt), 0)]) or len({*bodies}) < len(bodies)


@settings(deadline=None)  # each example waits for the disk
@given(bodies=BODIES, data=st.data())
def test_a_flipped_bit_is_told_once_whatever_part_it_hits(bodies: list[bytes], data, tmp_path_factory) -> None:
    segment = _sealed(bodies, tmp_path_factory.mktemp("segments"))
    content = bytearray(segment.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    parts = parts_of(segment, 2)
    segment.write_bytes(content)
    whole = [piece for piece in read_frames(segment) if isinstance(piece, Damage)]
    in_parts = [piece for part in parts for piece in read_frames(segment, part) if isinstance(piece, Damage)]
    assert [damage.length > 0 for damage in whole] == [True]
    assert len(in_parts) <= 1


def test_a_recovered_segment_needs_no_end_frame(tmp_path: Path) -> None:
    segment = _sealed([b"one", b"two"], tmp_path, has_end=False)
    segment.write_bytes(segment.read_bytes()[: _borders(segment)[-1]])
    read = list(read_frames(segment))
    assert _bodies(read) == [b"one", b"two"]
    assert all(isinstance(piece, Frame) for piece in read)
