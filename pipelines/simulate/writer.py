"""Deliveries to files: one or more per source and UTC arrival day, JSON lines in zstd, memory bounded whatever the world's size.

A line is one delivery. Entries of Meta's webhooks are sorted by arrival and sometimes batched, several pages to a body.
A file is compressed in one piece and closed at once, so no file is ever open while the world goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import zstandard

from pipelines.simulate.clock import DAY_MS, date_text

BUFFER_BYTES = 32 << 20  # everything that waits for its day, of all sources together
_OBJECTS = {"messenger": b"page", "instagram": b"instagram", "whatsapp": b"whatsapp_business_account"}
_BATCHED_SHARE = 0.12


@dataclass(slots=True)
class _Pile:
    """What arrives at one source on one day: (arrival, whole line or entry to batch, bytes)."""

    items: list[tuple[int, bool, bytes]] = field(default_factory=list)
    size: int = 0
    parts: int = 0


class Writer:
    def __init__(self, folder: Path, seed: int, buffer_bytes: int = BUFFER_BYTES) -> None:
        self._folder = folder
        self._seed = seed
        self._limit = buffer_bytes
        self._piles: dict[tuple[int, str], _Pile] = {}
        self.waiting_bytes = 0
        self.files = 0
        self.bytes = 0

    def add(self, source: str, arrival_ms: int, body: bytes, *, is_line: bool = False) -> None:
        """An entry (is_line=False: to be batched in a body of its source) or a whole line, that arrives at that instant."""
        key = (arrival_ms // DAY_MS, source)
        pile = self._piles.get(key)
        if pile is None:
            pile = self._piles[key] = _Pile()
        pile.items.append((arrival_ms, is_line, body))
        pile.size += len(body)
        self.waiting_bytes += len(body)
        if self.waiting_bytes > self._limit:
            self._write(max(self._piles, key=lambda each: (self._piles[each].size, each)))

    def close_days_before(self, arrival_ms: int) -> None:
        """Nothing more will arrive before this instant's day."""
        day = arrival_ms // DAY_MS
        for key in sorted(key for key in self._piles if key[0] < day):
            self._write(key)
            del self._piles[key]

    def close(self) -> None:
        self.close_days_before(1 << 62)

    def _write(self, key: tuple[int, str]) -> None:
        pile = self._piles[key]
        if not pile.items:
            return
        day, source = key
        pile.parts += 1
        name = f"{date_text(day)}.{pile.parts:02d}.jsonl.zst"
        path = self._folder / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pile.items.sort()
        lines = _lines(pile.items, _OBJECTS.get(source, b""), Random(f"{self._seed}|{source}|{name}"))
        packed = zstandard.ZstdCompressor(level=1).compress(b"\n".join(lines) + b"\n")
        path.write_bytes(packed)
        self.files += 1
        self.bytes += len(packed)
        self.waiting_bytes -= pile.size
        pile.items, pile.size = [], 0


def _lines(items: list[tuple[int, bool, bytes]], kind: bytes, rng: Random) -> list[bytes]:
    """Bodies in order of arrival; most hold one entry, some several."""
    lines: list[bytes] = []
    batch: list[bytes] = []
    room = 1
    for _, is_line, body in items:
        if is_line:
            lines.append(body)
            continue
        batch.append(body)
        if len(batch) >= room:
            lines.append(_body(kind, batch))
            batch = []
            room = 1 if rng.random() > _BATCHED_SHARE else 2 + int(rng.random() * 9)
    if batch:
        lines.append(_body(kind, batch))
    return lines


def _body(kind: bytes, entries: list[bytes]) -> bytes:
    return b'{"object":"%b","entry":[%b]}' % (kind, b",".join(entries))
