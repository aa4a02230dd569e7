"""Segments of deliveries: what a kill leaves is sealed without its torn end, what lives is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.landing.deliveries import Arrival, DeliverySegment, deliveries_sha256, holds_unsealed, seal_abandoned
from pipelines.landing.frames import Damage, Frame, read_frames

KEY = b"k" * 32
BODIES = st.lists(st.binary(max_size=100), min_size=1, max_size=6)


def _written(folder: Path, bodies: list[bytes]) -> tuple[Path, list[int]]:
    """A segment that its writer left open, and where each of its frames ends."""
    segment = DeliverySegment(folder, KEY, 1_772_366_400_000)
    ends = [segment.size]
    for number, body in enumerate(bodies):
        segment.append([Arrival("meta", {"x-n": str(number)}, body, 1_772_366_400_000 + number)])
        ends.append(segment.size)
    segment.close()
    return folder / f"{segment.name}.receiving", ends


def _bodies(path: Path) -> list[bytes]:
    pieces = list(read_frames(path))
    assert not any(isinstance(piece, Damage) for piece in pieces)
    return [piece.body for piece in pieces if isinstance(piece, Frame) and piece.header.sender]


@settings(max_examples=40, deadline=None)
@given(bodies=BODIES, data=st.data())
def test_a_cut_off_segment_is_sealed_with_its_whole_frames(bodies: list[bytes], data, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("cut")
    path, ends = _written(folder, bodies)
    cut = data.draw(st.integers(0, ends[-1]))
    told = path.read_bytes()
    torn = told[:cut] + data.draw(st.sampled_from((b"", b"\0" * 50, b"TMF1", b"TMF1\1\0\0\0")))
    path.write_bytes(torn)
    whole = sum(torn[:end] == told[:end] for end in ends[1:])  # what follows the cut may happen to be what was cut off
    assert holds_unsealed(folder) == (whole > 0)
    sealed = seal_abandoned(folder)
    assert [_bodies(path) for path in sealed] == ([bodies[:whole]] if whole else [])
    assert list(folder.iterdir()) == sealed
    assert seal_abandoned(folder) == []


def test_a_segment_whose_writer_lives_is_left_alone(tmp_path: Path) -> None:
    segment = DeliverySegment(tmp_path, KEY, 1)
    segment.append([Arrival("meta", {}, b"{}", 1)])
    assert seal_abandoned(tmp_path) == []
    assert holds_unsealed(tmp_path)
    segment.append([Arrival("meta", {}, b"[]", 2)])
    sealed = segment.seal()
    assert sealed
    assert _bodies(sealed) == [b"{}", b"[]"]
    assert not holds_unsealed(tmp_path)


def test_what_was_never_named_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".0000000000001-abc.receiving").write_bytes(b"TMF1")
    assert seal_abandoned(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("change", ["body", "sender", "received_ms"])
def test_a_received_segment_is_known_by_its_deliveries(change: str, tmp_path: Path) -> None:
    """Not by its name, nor by when it was opened."""

    def known(folder: str, opened_ms: int, **told: object) -> str:
        place = tmp_path / folder
        place.mkdir()
        segment = DeliverySegment(place, KEY, opened_ms)
        facts = {"sender": "meta", "headers": {}, "body": b"{}", "received_ms": 5} | told
        segment.append([Arrival(**facts)])
        sealed = segment.seal()
        assert sealed
        return deliveries_sha256(sealed)

    one = known("one", 1)
    assert known("same", 2) == one
    assert known("other", 1, **{change: {"body": b"[]", "sender": "shopify", "received_ms": 6}[change]}) != one
