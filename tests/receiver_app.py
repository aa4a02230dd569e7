"""The receiver's application in this process: real but for the disk, which is a list."""

from __future__ import annotations

import asyncio
import io
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from pipelines.landing.deliveries import Arrival
from pipelines.receiver.answers import NOT_FOUND
from pipelines.receiver.app import Receiver
from pipelines.receiver.capacity import Capacity
from pipelines.receiver.committer import NotLanded
from pipelines.receiver.config import Limits, ReceiverConfig, Silence
from pipelines.receiver.journal import Journal
from pipelines.receiver.metrics import Metrics
from pipelines.receiver.server import routes_of
from pipelines.receiver.watch import Watch
from tests.webhooks import ENDPOINTS, ENVIRONMENT

ADMIN_PORT = 9464


@dataclass
class ListCommitter:
    """Lands into a list, or nowhere while `is_broken`."""

    arrivals: list[Arrival] = field(default_factory=list)
    is_broken: bool = False

    def land(self, arrival: Arrival) -> asyncio.Future[None]:
        landed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.is_broken:
            landed.set_exception(NotLanded())
        else:
            self.arrivals.append(arrival)
            landed.set_result(None)
        return landed


@dataclass
class ReceiverApp:
    """Takes requests as they lie on the wire."""

    folder: Path
    limits: Limits = field(default_factory=lambda: Limits(free_disk_bytes=0))
    settings: str = ENDPOINTS
    committer: ListCommitter = field(default_factory=ListCommitter)
    log: io.StringIO = field(default_factory=io.StringIO)

    def __post_init__(self) -> None:
        os.environ |= ENVIRONMENT
        config = msgspec.convert(tomllib.loads(self.settings), ReceiverConfig)
        self.metrics, journal = Metrics(), Journal(self.log)
        self.capacity = Capacity(self.folder, self.limits)
        self.receiver = Receiver(
            routes=routes_of(Path("receiver.toml"), config),
            body_bytes=self.limits.body_bytes,
            committer=self.committer,  # type: ignore[arg-type]
            capacity=self.capacity,
            watch=Watch(Silence(), self.folder / "receiver.json", journal, self.metrics),
            metrics=self.metrics,
            journal=journal,
            code_key=b"k" * 32,
            admin_port=ADMIN_PORT,
            admin=lambda _path: NOT_FOUND,
        )

    def take(self, sent: bytes, pieces: int = 1, *, is_whole: bool = True) -> tuple[int, bytes]:
        """Status and body of the answer, (0, b"") for none; the body of the request comes in so many pieces."""
        head, _, body = sent.partition(b"\r\n\r\n")
        line, *lines = head.split(b"\r\n")
        method, target, _ = line.split(b" ")
        path, _, query = target.partition(b"?")
        headers = [(name.lower(), value.strip()) for name, _, value in (each.partition(b":") for each in lines)]
        size = max(1, -(-len(body) // pieces))
        parts = [body[place : place + size] for place in range(0, len(body), size)] or [b""]
        messages = [
            {"type": "http.request", "body": part, "more_body": number < len(parts) or not is_whole} for number, part in enumerate(parts, 1)
        ]
        scope = {
            "type": "http",
            "server": ("127.0.0.1", 8080),
            "path": path.decode(),
            "method": method.decode(),
            "query_string": query,
            "headers": headers,
        }
        return asyncio.run(self._told(scope, messages))

    async def _told(self, scope: dict[str, Any], messages: list[dict[str, Any]]) -> tuple[int, bytes]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return messages.pop(0) if messages else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.receiver(scope, receive, send)
        return (sent[0]["status"], sent[1]["body"]) if sent else (0, b"")
