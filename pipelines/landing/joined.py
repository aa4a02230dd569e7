"""The segment of a table that lies in several files: its files byte-exact one after the other, joined ones first.

The first frame names the set; an empty frame with its own facts begins each file.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from pipelines.failure import shown
from pipelines.landing.frames import Damage, FileFacts, Frame
from pipelines.landing.intake import file_sha256, read_pieces
from pipelines.landing.segments import SegmentWriter

JOINED = "joined"


def set_sha256(paths: Sequence[Path]) -> str:
    """The hash a set of files is known by, whatever their names. Raises Refused."""
    return hashlib.sha256(" ".join(map(file_sha256, paths)).encode()).hexdigest()


def shown_set(paths: Sequence[Path]) -> str:
    """The first file by its path, those beside it by their names."""
    return " + ".join([shown(paths[0]), *(shown(Path(path.name)) for path in paths[1:])])


def land_set(paths: Sequence[Path], folder: Path, digest_key: bytes, sha256: str, *, source: str, mapping: str) -> Path:
    """Writes the files of a set, the one with a row for each order first, into one segment. Raises Refused."""
    with SegmentWriter(folder, time.time_ns() // 1_000_000, digest_key) as segment:
        segment.append(
            b"", file=FileFacts(path=shown_set(paths), sha256=sha256, layout=JOINED, source=source, mapping=mapping, has_end=True)
        )
        for path in (*paths[1:], paths[0]):
            pieces = read_pieces(path)
            layout, piece = next(pieces)
            segment.append(b"", file=FileFacts(path=shown(path), sha256=file_sha256(path), layout=layout))
            segment.append(piece)
            for _, piece in pieces:
                segment.append(piece)
        return segment.seal()


def landed_files(frames: Iterable[Frame | Damage]) -> Iterator[tuple[str, Iterator[Frame | Damage]]]:
    """(layout, frames) of each file of a set, in the order of the segment; each is to be read before the next."""
    layout, number = "", 0

    def file_number(frame: Frame | Damage) -> int:
        nonlocal layout, number
        if isinstance(frame, Frame) and frame.header.file is not None:
            layout, number = frame.header.file.layout, number + 1
        return number

    for _, group in groupby(frames, file_number):
        yield layout, group
