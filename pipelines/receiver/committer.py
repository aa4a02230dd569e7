"""Group commit: one thread that appends what has arrived meanwhile to the open segment, makes it durable, and only then answers."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipelines.landing.deliveries import Arrival, DeliverySegment, is_asked_to_seal, seal_abandoned

BATCH_DELIVERIES = 1024
BATCH_BYTES = 8 * 1024 * 1024
_LOOK_SECONDS = 0.25  # how often an idle committer looks at the age of its segment and for a seal request


@dataclass(frozen=True)
class Rotation:
    """When a segment is sealed: at a size, or at the age of its first delivery."""

    max_bytes: int
    max_seconds: float


class CommitObserver(Protocol):
    """Is told by the committer's thread what it did."""

    def committed(self, count: int, size: int, seconds: float) -> None: ...
    def sealed(self, name: str, count: int) -> None: ...
    def failed(self, doing: str, error: Exception) -> None: ...
    def recovered(self) -> None: ...


class NotLanded(Exception):
    """The delivery is not on the disk; its sender must send it again."""


class Committer:
    """Lands deliveries from one event loop. A write error fails its batch alone: the next one is tried again."""

    def __init__(
        self,
        folder: Path,
        digest_key: bytes,
        rotation: Rotation,
        observer: CommitObserver,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._digest_key = digest_key
        self._rotation = rotation
        self._observer = observer
        self._clock = clock
        self._queue: queue.SimpleQueue[tuple[Arrival, asyncio.Future[None]] | None] = queue.SimpleQueue()
        self._segment: DeliverySegment | None = None
        self._first_at = 0.0
        self._thread = threading.Thread(target=self._work, name="committer", daemon=True)
        self.is_failing = False

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Seals what killed receivers left, opens a segment, and begins to work. Raises OSError."""
        self._loop = loop
        self._recover()
        self._open()
        self._thread.start()

    def land(self, arrival: Arrival) -> asyncio.Future[None]:
        """Call it on the event loop. The future is done when the delivery is durable; it raises NotLanded where it cannot be."""
        landed: asyncio.Future[None] = self._loop.create_future()
        self._queue.put((arrival, landed))
        return landed

    @property
    def is_alive(self) -> bool:
        """False after an error that nobody foresaw: the process must end, and start anew."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Lands what waits, seals the segment and ends."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        is_stopping = False
        while not is_stopping:
            batch, is_stopping = self._next_batch()
            if batch:
                self._commit([arrival for arrival, _ in batch], [landed for _, landed in batch])
            if self._segment is not None and self._segment.count and (is_stopping or self._is_due(self._segment)):
                self._seal(self._segment)
        if self._segment is not None:
            with suppress(OSError):
                self._segment.seal()

    def _next_batch(self) -> tuple[list[tuple[Arrival, asyncio.Future[None]]], bool]:
        batch: list[tuple[Arrival, asyncio.Future[None]]] = []
        size = 0
        try:
            item = self._queue.get(timeout=_LOOK_SECONDS)
            while item is not None:
                batch.append(item)
                size += len(item[0].body)
                if len(batch) >= BATCH_DELIVERIES or size >= BATCH_BYTES:
                    return batch, False
                item = self._queue.get_nowait()
        except queue.Empty:
            return batch, False
        return batch, True

    def _commit(self, batch: list[Arrival], landed: list[asyncio.Future[None]]) -> None:
        began = self._clock()
        try:
            segment = self._segment or self._open()
            before = segment.size
            segment.append(batch)
        except Exception as error:  # whatever it is: nothing may look landed that is not, and the thread must live
            self._fail(error)
            self._loop.call_soon_threadsafe(_refuse, landed)
            return
        if self.is_failing:
            self.is_failing = False
            self._observer.recovered()
        self._loop.call_soon_threadsafe(_acknowledge, landed)
        ended = self._clock()
        if segment.count == len(batch):
            self._first_at = ended
        self._observer.committed(len(batch), segment.size - before, ended - began)

    def _fail(self, error: Exception) -> None:
        self.is_failing = True
        self._observer.failed("write", error)
        if self._segment is not None and not self._segment.is_sound:
            self._give_up(self._segment)

    def _give_up(self, segment: DeliverySegment) -> None:
        """Leaves a segment that could not be cut back to `seal_abandoned`."""
        self._segment = None
        segment.close()

    def _open(self) -> DeliverySegment:
        self._segment = DeliverySegment(self._folder, self._digest_key, time.time_ns() // 1_000_000)
        return self._segment

    def _is_due(self, segment: DeliverySegment) -> bool:
        is_old = self._clock() - self._first_at >= self._rotation.max_seconds
        return is_old or segment.size >= self._rotation.max_bytes or is_asked_to_seal(self._folder, segment.opened_ms)

    def _seal(self, segment: DeliverySegment) -> None:
        """Seals a segment and opens the next one; what cannot be done now is tried again."""
        try:
            segment.seal()
            self._segment = None
            self._observer.sealed(segment.name, segment.count)
            self._open()
        except OSError as error:
            self._observer.failed("seal", error)
        self._recover()

    def _recover(self) -> None:
        """What cannot be sealed now must not keep the door shut."""
        try:
            seal_abandoned(self._folder)
        except OSError as error:
            self._observer.failed("recover", error)


def _acknowledge(landed: list[asyncio.Future[None]]) -> None:
    for each in landed:
        if not each.done():
            each.set_result(None)


def _refuse(landed: list[asyncio.Future[None]]) -> None:
    for each in landed:
        if not each.done():
            each.set_exception(NotLanded())
