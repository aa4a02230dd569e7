"""Keeps the silence watch for a running receiver: tells it in the log and the metrics, and remembers it over a restart."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from pipelines.receiver.config import Silence
from pipelines.receiver.journal import Journal
from pipelines.receiver.metrics import Metrics
from pipelines.receiver.silence import Asset, SilenceWatch

_REMEMBER_SECONDS = 60.0


class Watch:
    """`memory` is a file of assets, times and rates; it holds nothing of a person."""

    def __init__(self, silence: Silence, memory: Path, journal: Journal, metrics: Metrics, clock: Callable[[], float] = time.time) -> None:
        self._memory = memory
        self._journal = journal
        self._metrics = metrics
        self._clock = clock
        self._silence = SilenceWatch(silence.after_minutes * 60, silence.expected, clock())
        self._remembered_at = clock()
        with suppress(OSError, msgspec.MsgspecError):  # without a memory it learns anew
            told = msgspec.json.decode(memory.read_bytes(), type=list[tuple[str, str, float, float]])
            self._silence.recall(told, clock())

    def hear(self, asset: Asset, now: float) -> None:
        """An asset spoke."""
        if self._silence.hear(asset, now):
            self._metrics.silent.labels(*asset).set(0)
            self._journal.tell("asset_speaks_again", source=asset[0], asset=asset[1])

    def look(self) -> None:
        """Tells who has fallen silent; call it every few seconds."""
        for source, asset in self._silence.newly_silent(self._clock()):
            self._metrics.silent.labels(source, asset).set(1)
            self._journal.tell("asset_is_silent", "error", source=source, asset=asset)
        if self._clock() - self._remembered_at >= _REMEMBER_SECONDS:
            self.remember()

    def silent(self) -> list[Asset]:
        """Who is silent now."""
        return self._silence.silent()

    def show(self) -> None:
        """Sets the gauges of last events."""
        for asset, last_at in self._silence.last_heard().items():
            self._metrics.last_event.labels(*asset).set(last_at)

    def remember(self) -> None:
        """Writes the memory; a full disk costs what was learned since, no more."""
        self._remembered_at = self._clock()
        building = self._memory.with_suffix(".new")
        with suppress(OSError):
            building.write_bytes(msgspec.json.encode(self._silence.remembered()))
            building.rename(self._memory)
