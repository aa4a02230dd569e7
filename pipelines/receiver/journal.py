"""The receiver's log: one JSON object a line on standard error. It names events and counts, never a person, a body or an address."""

from __future__ import annotations

import logging
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from typing import TextIO

import msgspec

_SUMMARY_SECONDS = 60.0


class Journal:
    """Writes lines. What can come by the thousand (refusals, failed writes) is counted and told once a minute."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._counted: Counter[tuple[str, str]] = Counter()
        self._told_at = time.monotonic()

    def tell(self, event: str, level: str = "info", **facts: object) -> None:
        """Writes one line."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = msgspec.json.encode({"at": at, "level": level, "event": event, **facts}).decode()
        with suppress(OSError, ValueError):  # a log that nobody reads any more is no reason to stop
            self._out.write(line + "\n")
            self._out.flush()

    def count(self, event: str, reason: str) -> None:
        """Counts an event for the next summary; the first of its kind since the last one is told at once."""
        self._counted[event, reason] += 1
        if self._counted[event, reason] == 1:
            self.tell(event, "warning", reason=reason)

    def summarise(self) -> None:
        """Tells what was counted, if a minute has passed."""
        if time.monotonic() - self._told_at < _SUMMARY_SECONDS:
            return
        self._told_at = time.monotonic()
        counted, self._counted = self._counted, Counter()
        for (event, reason), count in counted.items():
            if count > 1:
                self.tell(event, "warning", reason=reason, count=count)


class ServerLog(logging.Handler):
    """Turns the HTTP server's own errors into lines of the journal: their kind alone, for a message could hold anything."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(logging.ERROR)
        self._journal = journal

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else str(record.msg).split("\n")[0][:80]
        self._journal.count("server_error", kind)
