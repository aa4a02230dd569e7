"""Whether there is room for one more delivery: in memory, and on the disk."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from pipelines.receiver.config import Limits

QUEUE_FULL, DISK_FULL = "queue_full", "disk_full"
_LOOK_SECONDS = 1.0


class Capacity:
    """Counts what is held for senders who have no answer yet, and looks at the disk once a second."""

    def __init__(self, folder: Path, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._limits = limits
        self._clock = clock
        self._looked_at = float("-inf")
        self._disk_is_full = False
        self.deliveries = 0
        self.bytes = 0

    def refusal(self) -> str | None:
        """Why the next delivery must come later."""
        if self.deliveries >= self._limits.queue_deliveries or self.bytes >= self._limits.queue_bytes:
            return QUEUE_FULL
        return DISK_FULL if self.disk_is_full() else None

    def disk_is_full(self) -> bool:
        """Whether less than the free space that must stay is left."""
        now = self._clock()
        if now - self._looked_at >= _LOOK_SECONDS:
            self._looked_at = now
            try:
                told = os.statvfs(self._folder)
                self._disk_is_full = told.f_bavail * told.f_frsize < self._limits.free_disk_bytes
            except OSError:
                self._disk_is_full = True
        return self._disk_is_full

    def hold(self, size: int) -> None:
        """Some bytes of a delivery are held."""
        self.bytes += size

    def let_go(self, size: int) -> None:
        """They are held no more."""
        self.bytes -= size
