"""Cheap load: prepared requests over raw sockets, in a process of its own.

`python -m tests.traffic SPEC` with SPEC a JSON object of `Load`; prints one JSON object of `Told`.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field

import uvloop

from tests.webhooks import message_body, meta_request


@dataclass(frozen=True)
class Load:
    """Messenger messages numbered from `first`. A `rate` of 0 sends on each connection as soon as it has its answer."""

    port: int
    connections: int
    count: int
    seconds: float = 60.0
    rate: float = 0.0
    first: int = 0


@dataclass
class Told:
    """What came back. `acknowledged` are the numbers answered with 200; latencies in milliseconds."""

    seconds: float = 0.0
    statuses: dict[str, int] = field(default_factory=dict)
    latencies_ms: list[float] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("inf")


class Connection(asyncio.Protocol):
    """One kept connection with one request on its way at a time."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.number = -1
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.sent_at = transport, time.perf_counter()
        self.driver.open.add(self)
        self.driver.ready(self)

    def send(self, number: int) -> None:
        self.number, self.sent_at = number, time.perf_counter()
        self.transport.write(self.driver.requests[number % len(self.driver.requests)])  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        at = self.buffer.find(b"content-length: ", 0, end) + 16
        if len(self.buffer) < end + 4 + int(self.buffer[at : self.buffer.find(b"\r", at)]):
            return
        status, self.buffer = self.buffer[9:12], b""
        self.driver.answered(self.number, status.decode(), time.perf_counter() - self.sent_at)
        self.number = -1
        self.driver.ready(self)

    def connection_lost(self, error: Exception | None) -> None:
        if self.number >= 0:
            self.driver.statuses["lost"] += 1
        self.driver.gone(self)


class Driver:
    """Gives requests to the connections that are ready, and notes the answers. Given requests are sent over and over."""

    def __init__(self, load: Load, requests: list[bytes] | None = None) -> None:
        self.load = load
        self.requests = requests or [meta_request(message_body(load.first + number)) for number in range(load.count)]
        self.statuses: Counter[str] = Counter()
        self.latencies: list[float] = []
        self.acknowledged: list[int] = []
        self.next = 0
        self.idle: deque[Connection] = deque()  # in turn, so that none idles until the receiver closes it
        self.open: set[Connection] = set()
        self.done = asyncio.Event()

    async def run(self, port: int = 0) -> Told:
        """Sends to the port of the load, or to another one."""
        loop = asyncio.get_running_loop()
        began = time.perf_counter()
        self.deadline = began + self.load.seconds
        where = ("127.0.0.1", port or self.load.port)
        opened = [loop.create_connection(lambda: Connection(self), *where) for _ in range(self.load.connections)]
        await asyncio.gather(*opened, return_exceptions=True)  # a receiver that is killed refuses them
        pacing = loop.create_task(self._pace()) if self.load.rate else None
        if self.open:
            await self.done.wait()
        if pacing:
            await pacing
        while self.open:
            for connection in self.open:
                connection.transport.close()
            await asyncio.sleep(0.001)
        latencies = [round(each * 1000, 3) for each in self.latencies]
        return Told(time.perf_counter() - began, dict(self.statuses), latencies, self.acknowledged)

    def ready(self, connection: Connection) -> None:
        if self.load.rate:
            self.idle.append(connection)
            self._end_if_all_answered()
        elif self.next < self.load.count and time.perf_counter() < self.deadline:
            self._give(connection)
        else:
            connection.transport.close()

    def answered(self, number: int, status: str, seconds: float) -> None:
        self.statuses[status] += 1
        self.latencies.append(seconds)
        if status == "200":
            self.acknowledged.append(self.load.first + number)

    def gone(self, connection: Connection) -> None:
        self.open.discard(connection)
        if connection in self.idle:
            self.idle.remove(connection)
        if not self.open:
            self.done.set()

    def _give(self, connection: Connection) -> None:
        connection.send(self.next)
        self.next += 1

    def _end_if_all_answered(self) -> None:
        if self.next >= self.load.count and len(self.idle) >= len(self.open):
            self.done.set()

    async def _pace(self) -> None:
        began = time.perf_counter()
        while self.next < self.load.count and self.open:
            due = began + self.next / self.load.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if self.idle:
                self._give(self.idle.popleft())
        self._end_if_all_answered()


def send_load(load: Load) -> Told:
    """Runs the load in a process of its own."""
    command = [sys.executable, "-m", "tests.traffic", json.dumps(asdict(load))]
    return Told(**json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout))


async def _main() -> None:
    sys.stdout.write(json.dumps(asdict(await Driver(Load(**json.loads(sys.argv[1]))).run())))


if __name__ == "__main__":
    uvloop.run(_main())
