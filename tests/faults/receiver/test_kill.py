"""SIGKILL at any moment: what was acknowledged is there, and nothing torn is read."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import uvloop

from tests.faults.figures import figure
from tests.faults.receiver.landed import landed_numbers
from tests.receiver_process import start_receiver
from tests.traffic import Driver, Load

KILLS = figure(20, 500)
CLIENTS, REQUESTS = 32, 2_000


def test_a_killed_receiver_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(7)
    acknowledged: set[int] = set()
    interrupted = 0
    for kill in range(KILLS):
        driver = Driver(Load(0, CLIENTS, REQUESTS, first=kill * REQUESTS))
        receiver = start_receiver(tmp_path, "[segments]\nmax_bytes = 100_000\n")  # so that some kills meet a seal
        threading.Timer(chance.uniform(0.0, 0.5), receiver.process.kill).start()
        told = uvloop.run(driver.run(receiver.port))
        receiver.kill()
        acknowledged |= set(told.acknowledged)
        interrupted += told.statuses.get("lost", 0) > 0
    landed = landed_numbers(tmp_path)
    assert acknowledged - landed.keys() == set()
    assert interrupted > KILLS / 2, "the kills came when nothing was on its way"
    assert len(acknowledged) > KILLS * CLIENTS
    assert max(landed.values()) == 1
