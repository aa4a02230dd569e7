"""A receiver at work for long needs no more memory and no more file handles than at its start."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path

import uvloop

from tests.faults.figures import figure
from tests.faults.receiver.landed import landed_numbers
from tests.receiver_process import receiving
from tests.traffic import Driver, Load
from tests.webhooks import message_body, meta_request

SECONDS = figure(20, 1800)
WARM_UP_SECONDS = figure(6, 120)
GROWTH_MIB = figure(8.0, 30.0)  # one MiB a minute
RATE = 500
REQUESTS = [meta_request(message_body(number)) for number in range(5_000)]


def _used(process: int) -> tuple[float, int]:
    """MiB of resident memory, and open file handles."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    resident = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert resident
    return int(resident[1]) / 1024, len(list(Path(f"/proc/{process}/fd").iterdir()))


def test_memory_and_handles_stay_flat(tmp_path: Path) -> None:
    seen: list[tuple[float, int]] = []
    with receiving(tmp_path, "[segments]\nmax_bytes = 300_000\n") as receiver:
        is_over = threading.Event()

        def watch() -> None:
            time.sleep(WARM_UP_SECONDS)
            while not is_over.wait(max(0.5, SECONDS / 600)):
                seen.append(_used(receiver.process.pid))

        watching = threading.Thread(target=watch)
        watching.start()
        told = uvloop.run(Driver(Load(receiver.port, 16, RATE * SECONDS, rate=RATE), REQUESTS).run())
        is_over.set()
        watching.join()
        receiver.stop()
    memory, handles = zip(*seen, strict=True)
    assert told.statuses.keys() == {"200"}
    assert told.statuses["200"] > 0.8 * RATE * SECONDS
    assert max(memory) - memory[0] <= GROWTH_MIB
    assert max(handles) - handles[0] <= 4  # a seal holds two for a moment, a scrape one
    assert sum(landed_numbers(tmp_path).values()) == told.statuses["200"]
