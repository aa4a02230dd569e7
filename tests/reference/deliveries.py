"""The deliveries of a simulated world, line by line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import zstandard


def delivered_lines(folder: Path) -> Iterator[bytes]:
    for path in sorted((folder / "deliveries").rglob("*.jsonl.zst")):
        with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as plain:
            yield from (line.rstrip(b"\n") for line in io.BufferedReader(plain))
