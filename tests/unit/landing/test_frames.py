"""Frames: what is written is read, and damage costs only the frames it touches."""

from __future__ import annotations

import io
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.landing.frames import MAGIC, Damage, Frame, FrameHeader, packed_frame, parts_of, read_frames

BODIES = st.lists(st.binary(max_size=300), min_size=1, max_size=8)


def _written(bodies: list[bytes]) -> tuple[bytes, list[int]]:
    file, ends = io.BytesIO(), []
    for body in bodies:
        file.write(packed_frame(FrameHeader(received_ms=1, digest="d", size=len(body)), body))
        ends.append(file.tell())
    return file.getvalue(), ends


def _read(content: bytes, folder: Path) -> list[Frame | Damage]:
    path = folder / "one.seg"
    path.write_bytes(content)
    return list(read_frames(path))


@settings(deadline=None)  # each example waits for the disk
@given(bodies=BODIES)
def test_what_is_written_is_read(bodies: list[bytes], tmp_path_factory) -> None:
    read = _read(_written(bodies)[0], tmp_path_factory.mktemp("frames"))
    assert [frame.body for frame in read] == bodies
    assert [frame.number for frame in read] == list(range(len(bodies)))


@settings(deadline=None)  # each example waits for the disk
@given(bodies=BODIES, data=st.data())
def test_a_cut_off_segment_gives_its_whole_frames(bodies: list[bytes], data, tmp_path_factory) -> None:
    content, ends = _written(bodies)
    cut = data.draw(st.integers(0, len(content) - 1))
    read = _read(content[:cut], tmp_path_factory.mktemp("frames"))
    whole = sum(end <= cut for end in ends)
    assert [frame.body for frame in read if isinstance(frame, Frame)] == bodies[:whole]
    assert any(isinstance(piece, Damage) for piece in read) == (cut not in (0, *ends))


def test_a_prefix_whose_rest_is_zeros_is_damage(tmp_path: Path) -> None:
    content, _ = _written([b"whole"])
    assert _read(content + MAGIC + bytes(50), tmp_path)[1:] == [Damage(len(content), len(MAGIC) + 50)]


@settings(deadline=None)  # each example waits for the disk
@given(bodies=BODIES, data=st.data())
def test_a_flipped_bit_costs_one_frame_and_is_told(bodies: list[bytes], data, tmp_path_factory) -> None:
    content, ends = _written(bodies)
    place = data.draw(st.integers(0, len(content) - 1))
    flipped = bytearray(content)
    flipped[place] ^= 1 << data.draw(st.integers(0, 7))
    hit = next(number for number, end in enumerate(ends) if place < end)
    read = _read(bytes(flipped), tmp_path_factory.mktemp("frames"))
    assert [frame.body for frame in read if isinstance(frame, Frame)] == bodies[:hit] + bodies[hit + 1 :]
    assert sum(isinstance(piece, Damage) for piece in read) == 1


@settings(deadline=None)  # each example waits for the disk
@given(bodies=BODIES, frames_each=st.integers(1, 4), data=st.data())
def test_parts_hold_what_the_segment_holds(bodies: list[bytes], frames_each: int, data, tmp_path_factory) -> None:
    content, ends = _written(bodies)
    damaged = bytearray(content)
    if len(ends) > 1 and data.draw(st.booleans()):
        damaged[data.draw(st.integers(ends[0], len(content) - 1))] ^= 0x55
    path = tmp_path_factory.mktemp("frames") / "one.seg"
    path.write_bytes(damaged)
    in_parts = [piece for part in parts_of(path, frames_each) for piece in read_frames(path, part)]
    assert in_parts == list(read_frames(path))[1:]
