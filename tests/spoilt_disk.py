"""Runs `threadmart` with a disk that is slow or fails: `python -m tests.spoilt_disk SPEC receive CONFIG`, SPEC a JSON object of `Disk`."""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from dataclasses import dataclass
from typing import Any

from pipelines.cli import main
from pipelines.landing import deliveries, segments


@dataclass
class Disk:
    """Stands in for `os` where segments are written. Every n-th write fails, and every n-th sync, but for the first ones."""

    sync_seconds: float = 0.0
    fail_every: int = 0
    fail_from: int = 8
    error: str = "ENOSPC"
    torn: bool = True  # a failing write leaves half of its bytes
    writes: int = 0
    syncs: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def write(self, file: int, data: memoryview) -> int:
        self.writes += 1
        if self._fails(self.writes):
            if self.torn:
                os.write(file, data[: len(data) // 2])
            self._fail()
        return os.write(file, data)

    def fdatasync(self, file: int) -> None:
        time.sleep(self.sync_seconds)
        self.syncs += 1
        if self._fails(self.syncs):
            self._fail()
        os.fdatasync(file)

    def fsync(self, file: int) -> None:
        time.sleep(self.sync_seconds)
        os.fsync(file)

    def _fails(self, calls: int) -> bool:
        return bool(self.fail_every) and calls > self.fail_from and calls % self.fail_every == 0

    def _fail(self) -> None:
        number = getattr(errno, self.error)
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    disk = Disk(**json.loads(sys.argv[1]))
    deliveries.os = disk  # type: ignore[assignment]
    segments.os = disk  # type: ignore[assignment]
    main(sys.argv[2:])
