"""uvicorn's HTTP protocol with deadlines of its own, for uvicorn has none for reading.

A request must be here, whole, within `request_seconds` of the connection, or of its first byte on a connection that is kept. One sweep
closes what is overdue: silent connections, stalled or trickled headers and bodies, and readers that do not take their answer.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from pipelines.receiver.config import Limits
from pipelines.receiver.metrics import Metrics

TOO_SLOW, MALFORMED, HEADERS_TOO_LARGE, TOO_MANY = "too_slow", "malformed", "headers_too_large", "too_many_connections"
_CLOSED_AT_ONCE = 100


class DeadlineProtocol(HttpToolsProtocol):
    """One connection. Subclasses made by `deadline_protocol` carry the limits."""

    limits: Limits
    metrics: Metrics

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.due: float | None = self.loop.time() + self.limits.request_seconds
        self._header_bytes = 0
        self._is_in_headers = True
        if len(self.connections) > self.limits.connections:
            self._refuse(b"503 Service Unavailable", TOO_MANY, b"retry-after: 5\r\n")

    def data_received(self, data: bytes) -> None:
        if self.due is None and (self.cycle is None or self.cycle.response_complete):
            self._begin()
        if self._is_in_headers:
            self._header_bytes += len(data)
        super().data_received(data)
        if self._is_in_headers and self._header_bytes > self.limits.header_bytes and not self.transport.is_closing():
            self._refuse(b"431 Request Header Fields Too Large", HEADERS_TOO_LARGE)

    def on_message_begin(self) -> None:
        if self.due is None:
            self._begin()
        self._is_in_headers = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_in_headers = False
        self._header_bytes = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.due = None
        super().on_message_complete()

    def pause_writing(self) -> None:
        self._begin()
        super().pause_writing()

    def resume_writing(self) -> None:
        self.due = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        self.metrics.refused.labels(MALFORMED).inc()
        super().send_400_response(msg)

    def close_overdue(self, now: float) -> None:
        """Ends a connection whose request is not here in time."""
        if self.transport.is_closing():  # its last answer is not taken
            self.transport.abort()
        else:
            self.due = now + 1.0
            self._refuse(b"408 Request Timeout", TOO_SLOW)

    def _begin(self) -> None:
        self.due = self.loop.time() + self.limits.request_seconds

    def _refuse(self, status: bytes, reason: str, header: bytes = b"") -> None:
        self.metrics.refused.labels(reason).inc()
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(b"HTTP/1.1 %b\r\n%bcontent-length: 0\r\nconnection: close\r\n\r\n" % (status, header))
        self.transport.close()


def deadline_protocol(limits: Limits, metrics: Metrics) -> type[asyncio.Protocol]:
    """The protocol class for these limits, as uvicorn's `http` setting takes it."""
    return type("LimitedProtocol", (DeadlineProtocol,), {"limits": limits, "metrics": metrics})


def close_overdue(connections: set[Any], now: float) -> None:
    """The sweep; call it ten times a second. A crowd is closed over some two seconds, for closing takes time from the honest."""
    overdue = [each for each in cast("set[DeadlineProtocol]", connections) if each.due is not None and each.due <= now]
    for connection in overdue[: max(_CLOSED_AT_ONCE, len(overdue) // 20)]:
        connection.close_overdue(now)
