"""What the committer's thread did, told to metrics and journal."""

from __future__ import annotations

from pipelines.failure import first_line
from pipelines.receiver.journal import Journal
from pipelines.receiver.metrics import Metrics


class CommitReport:
    """The observer of a committer."""

    def __init__(self, metrics: Metrics, journal: Journal) -> None:
        self._metrics = metrics
        self._journal = journal

    def committed(self, count: int, size: int, seconds: float) -> None:
        """A batch is durable."""
        self._metrics.commit_seconds.observe(seconds)
        self._metrics.batch_deliveries.observe(count)
        self._metrics.landed_bytes.inc(size)

    def sealed(self, name: str, count: int) -> None:
        """A segment went to the pipeline."""
        self._metrics.sealed_segments.inc()
        self._journal.tell("sealed", segment=name, deliveries=count)

    def failed(self, doing: str, error: Exception) -> None:
        """A write, sync or rename failed."""
        self._metrics.write_errors.labels(doing).inc()
        self._journal.count("write_failed", first_line(error))

    def recovered(self) -> None:
        """A batch is durable again after one that was not."""
        self._journal.tell("landing_again")
