"""One run at a time: a flock on run.lock, which the system frees when its holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.home import Home


class LockTimeout(Exception):
    """Another run held the lock until the deadline."""


@contextmanager
def run_lock(home: Home, *, wait_seconds: float = 600.0) -> Iterator[float]:
    """Holds run.lock; yields the seconds waited. Raises LockTimeout naming the holder."""
    home.path.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with home.run_lock.open("a+", encoding="utf-8") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waited = time.monotonic() - started
                if waited >= wait_seconds:
                    file.seek(0)
                    holder = file.read().strip() or "an unknown process"
                    raise LockTimeout(f"{home.run_lock}: still held by {holder} after {waited:.0f} s") from None
                time.sleep(0.1)
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()}")
        file.flush()
        yield time.monotonic() - started
