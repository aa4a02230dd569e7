"""What the operator's port answers: /healthz for people and orchestrators, /metrics for Prometheus."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST

from pipelines.receiver import answers
from pipelines.receiver.answers import Answer, answer
from pipelines.receiver.backlog import Backlog, backlog
from pipelines.receiver.capacity import Capacity
from pipelines.receiver.committer import Committer
from pipelines.receiver.metrics import Metrics
from pipelines.receiver.watch import Watch


class Operator:
    """Health is 503 exactly while deliveries are answered with 503; a silent shop is told, but no restart would mend it."""

    def __init__(
        self,
        raw: Path,
        canonical: Path,
        committer: Committer,
        capacity: Capacity,
        watch: Watch,
        metrics: Metrics,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._raw, self._canonical = raw, canonical
        self._committer, self._capacity = committer, capacity
        self._watch, self._metrics = watch, metrics
        self._clock = clock
        self._behind = Backlog(0, 0.0)

    def measure_backlog(self) -> None:
        """Looks how far the pipeline is behind; call it every few seconds, in a thread, for it lists folders."""
        with suppress(OSError):
            self._behind = backlog(self._raw, self._canonical, self._clock())

    def answer(self, path: str) -> Answer:
        """The answer to a GET."""
        if path == "/healthz":
            return self._health()
        if path == "/metrics":
            return self._exposition()
        return answers.NOT_FOUND

    def _why_not_landing(self) -> str | None:
        return "write_errors" if self._committer.is_failing else self._capacity.refusal()

    def _health(self) -> Answer:
        reason = self._why_not_landing()
        told = {
            "status": "landing" if reason is None else reason,
            "waiting_deliveries": self._capacity.deliveries,
            "backlog_segments": self._behind.segments,
            "lag_seconds": round(self._behind.lag_seconds, 1),
            "silent_assets": [{"source": source, "asset": asset} for source, asset in self._watch.silent()],
        }
        return answer(200 if reason is None else 503, msgspec.json.encode(told) + b"\n", b"application/json")

    def _exposition(self) -> Answer:
        self._watch.show()
        self._metrics.is_landing.set(self._why_not_landing() is None)
        self._metrics.waiting_deliveries.set(self._capacity.deliveries)
        self._metrics.backlog_segments.set(self._behind.segments)
        self._metrics.lag_seconds.set(self._behind.lag_seconds)
        return answer(200, self._metrics.text(), CONTENT_TYPE_LATEST.encode())
