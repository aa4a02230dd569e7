"""Landing a file: its content lies byte-exact in a segment, or it is refused in one line and nothing is left."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.landing import intake
from pipelines.landing.frames import Frame, read_frames
from pipelines.landing.intake import Refused, file_sha256, land_file

KEY = b"k" * 32


def _land(path: Path) -> tuple[bytes, list[Frame]]:
    folder = path.parent / "raw"
    folder.mkdir(exist_ok=True)
    segment = land_file(path, folder, KEY, file_sha256(path), source=None, mapping=None, check=lambda head, layout: None)
    frames = [frame for frame in read_frames(segment) if isinstance(frame, Frame)]
    return b"".join(frame.body for frame in frames), frames


@pytest.mark.parametrize(
    ("suffix", "compress"),
    [("", lambda raw: raw), (".gz", gzip.compress), (".zst", lambda raw: zstandard.ZstdCompressor().compress(raw))],
)
@settings(deadline=None)  # each example waits for the disk
@given(lines=st.lists(st.text(alphabet='ab{}"\\', min_size=1, max_size=40), min_size=1, max_size=30), frame_bytes=st.integers(1, 64))
def test_content_is_landed_byte_exact_in_whole_lines(suffix: str, compress, lines: list[str], frame_bytes: int, tmp_path_factory) -> None:
    content = "\n".join(lines).encode()
    path = tmp_path_factory.mktemp("landing") / f"deliveries.jsonl{suffix}"
    path.write_bytes(compress(content))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "FRAME_BYTES", frame_bytes)
        patch.setattr(intake, "HEAD_BYTES", frame_bytes)
        landed, frames = _land(path)
    assert landed == content
    assert all(frame.body.endswith(b"\n") for frame in frames[1:-1])
    assert frames[0].header.file is not None
    assert frames[0].header.file.layout == "lines"


def test_a_line_above_the_limit_is_cut_into_pieces_that_are_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_LINE_BYTES", 100)
    monkeypatch.setattr(intake, "FRAME_BYTES", 64)
    monkeypatch.setattr(intake, "HEAD_BYTES", 64)
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a":1}\n' + b"x" * 1000 + b'\n{"b":2}\n')
    landed, frames = _land(path)
    assert landed == path.read_bytes()
    parts = [frame.header.part for frame in frames[1:]]
    assert parts[0] == parts[-1] == "whole"
    assert parts.count("first") == 1
    assert set(parts[2:-1]) == {"rest"}


CUT_GZIP = gzip.compress(b'{"a": 1}\n' * 500)[:-12]
FLIPPED_GZIP = bytearray(gzip.compress(b'{"a": 1}\n' * 500))
FLIPPED_GZIP[-6] ^= 1  # the CRC at the end
CUT_ZSTD = zstandard.ZstdCompressor().compress(bytes(range(256)) * 50)[:-9]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.jsonl", b"", "empty"),
        ("a.jsonl", b" \n\n", "empty"),
        ("a.jsonl.gz", CUT_GZIP, "ends too early"),
        ("a.jsonl.gz", bytes(FLIPPED_GZIP), "damaged"),
        ("a.jsonl.gz", b'{"a": 1}', "not compressed with gzip"),
        ("a.jsonl.zst", b'{"a": 1}', "not compressed with zstd"),
        ("a.jsonl.zst", CUT_ZSTD, "ends too early"),
        ("a.parquet", b"id,amount\n1,2\n", "not a Parquet file"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_and_leaves_nothing(name: str, content: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Refused, match=f"{name}.*{why}"):
        _land(path)
    assert list((tmp_path / "raw").iterdir()) == []


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"nowhere\.json: no such file"):
        _land(tmp_path / "nowhere.json")
