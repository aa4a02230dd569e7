"""What the receiver counts, for Prometheus. Labels hold endpoints, reasons and assets of shops, never anything of a person."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_BATCH = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


class Metrics:
    """One set of counters, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"threadmart_receiver_{name}", text, labels, registry=self.registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"threadmart_receiver_{name}", text, labels, registry=self.registry)

        def histogram(name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
            return Histogram(f"threadmart_receiver_{name}", text, buckets=buckets, registry=self.registry)

        self.accepted = counter("accepted", "Deliveries that are on the disk and were answered with 200.", "endpoint")
        self.refused = counter("refused", "Requests that were refused.", "reason")
        self.body_bytes = counter("body_bytes", "Bytes of accepted bodies.")
        self.landed_bytes = counter("landed_bytes", "Bytes written to segments.")
        self.write_errors = counter("write_errors", "Writes, syncs and renames that failed.", "doing")
        self.sealed_segments = counter("sealed_segments", "Segments given to the pipeline.")
        self.commit_seconds = histogram("commit_seconds", "Seconds to write a batch and sync it to the disk.", _SECONDS)
        self.batch_deliveries = histogram("batch_deliveries", "Deliveries a commit made durable at once.", _BATCH)
        self.answer_seconds = histogram("answer_seconds", "Seconds from a whole request to its 200.", _SECONDS)
        self.waiting_deliveries = gauge("waiting_deliveries", "Deliveries without an answer yet.")
        self.connections = gauge("connections", "Open connections.")
        self.backlog_segments = gauge("backlog_segments", "Sealed segments that the pipeline has not read.")
        self.lag_seconds = gauge("lag_seconds", "Age of the oldest sealed segment that the pipeline has not read.")
        self.is_landing = gauge("is_landing", "1 while deliveries can be landed.")
        self.last_event = gauge("last_event_timestamp_seconds", "When an asset of a shop spoke last.", "source", "asset")
        self.silent = gauge("silent_asset", "1 for an asset that should have spoken and did not.", "source", "asset")

    def text(self) -> bytes:
        """The exposition format, version 0.0.4."""
        return generate_latest(self.registry)
