"""Senders that stall in every way they can are closed in time, and cost the honest ones nothing."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import uvloop

from pipelines.receiver.server import raise_file_limit
from tests.faults.figures import figure
from tests.receiver_process import receiving
from tests.traffic import Load, Told, send_load
from tests.webhooks import message_body, meta_request

PER_SHAPE = figure(100, 500)
REQUEST_SECONDS = figure(4.0, 10.0)
WITHIN_SECONDS = REQUEST_SECONDS + 5.0
BUSY_FACTOR = figure(2.0, 0.0)  # `make test` may share the machine with other work; at the large figure the bar is the bar
HONEST = int(50 * (REQUEST_SECONDS + 2))
WHOLE = meta_request(message_body(1))
HEAD = WHOLE.index(b"\r\n\r\n") + 4

# name -> (what is sent at once, what is then sent byte by byte, twice a second)
SHAPES = {
    "silent": (b"", b""),
    "headers stall": (WHOLE[: HEAD - 30], b""),
    "headers trickle": (b"POST /meta HTTP/1.1\r\nx-slow: ", b"a" * 1000),
    "body stalls": (WHOLE[: HEAD + 10], b""),
    "body trickles": (WHOLE[:HEAD], WHOLE[HEAD:]),
}


async def _stall(port: int, delay: float, at_once: bytes, trickle: bytes) -> float:
    """The seconds until the receiver closed a connection that is made after a delay."""
    await asyncio.sleep(delay)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    closed = asyncio.ensure_future(reader.read())
    writer.write(at_once)
    for place in range(int(2 * WITHIN_SECONDS + 4)):
        if trickle and not writer.is_closing():
            writer.write(trickle[place : place + 1])
        if (await asyncio.wait([closed], timeout=0.5))[0]:
            break
    seconds = time.monotonic() - began
    closed.cancel()
    writer.transport.abort()
    return seconds


async def _besiege(port: int) -> tuple[list[float], Told]:
    honest = asyncio.to_thread(send_load, Load(port, 8, HONEST, rate=50))  # in a process of its own, that the stalling ones do not slow
    stalling = [_stall(port, 2.0 * number / PER_SHAPE, *shape) for shape in SHAPES.values() for number in range(PER_SHAPE)]
    seconds, told = await asyncio.gather(asyncio.gather(*stalling), honest)
    return list(seconds), told


def test_stalled_connections_are_closed_and_honest_ones_served(tmp_path: Path) -> None:
    raise_file_limit()  # of this process; the receiver raises its own
    with receiving(tmp_path, f"[limits]\nrequest_seconds = {REQUEST_SECONDS}\n") as receiver:
        calm = send_load(Load(receiver.port, 8, 150, rate=50, first=1_000_000))
        seconds, honest = uvloop.run(_besiege(receiver.port))
        refused = receiver.metric('refused_total{reason="too_slow"}')
    assert len(seconds) == PER_SHAPE * len(SHAPES)
    assert max(seconds) < WITHIN_SECONDS <= 15
    assert refused >= len(seconds)  # and connections of the honest that had nothing to send
    assert honest.statuses == {"200": HONEST}
    assert honest.percentile(0.99) <= max(250.0, BUSY_FACTOR * calm.percentile(0.99))
