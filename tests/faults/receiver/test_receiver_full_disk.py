"""A disk that is full or fails: nothing acknowledged is lost, senders are told to come again, and landing goes on by itself."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest
import uvloop

from tests.faults.figures import figure
from tests.faults.receiver.landed import landed_numbers
from tests.receiver_process import ReceiverProcess, receiving
from tests.traffic import Driver, Load, Told

ROUNDS = figure(400, 5_000)
NO_RESERVE = "[limits]\nfree_disk_bytes = 0\n"


def _send(receiver: ReceiverProcess, count: int, first: int = 0, connections: int = 16) -> Told:
    return uvloop.run(Driver(Load(receiver.port, connections, count, first=first)).run())


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
@pytest.mark.parametrize("every", [3, 4, 5, 7])
def test_every_nth_write_fails(error: str, every: int, tmp_path: Path) -> None:
    """Writes and syncs fail in turn; a failing write leaves half of its bytes."""
    with receiving(tmp_path, NO_RESERVE, {"fail_every": every, "error": error}) as receiver:
        told = _send(receiver, ROUNDS)
        assert told.statuses.keys() == {"200", "503"}
        assert sum(told.statuses.values()) == ROUNDS
        assert receiver.ask("/metrics")[1].count('write_errors_total{doing="write"}') == 1
        receiver.stop()
        assert any(line["event"] == "landing_again" for line in receiver.journal)
    landed = landed_numbers(tmp_path)
    assert set(told.acknowledged) - landed.keys() == set()
    refused = set(range(ROUNDS)) - set(told.acknowledged)
    assert refused.isdisjoint(landed), "cut back is cut back: what was refused is not there"


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a tmpfs needs root")
def test_a_full_disk_and_space_again(tmp_path: Path) -> None:
    raw = tmp_path / "landing" / "raw"
    raw.mkdir(parents=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", raw], capture_output=True, check=False).returncode:
        pytest.skip("a tmpfs cannot be mounted here")
    try:
        with receiving(tmp_path, NO_RESERVE) as receiver:
            ballast = raw / "ballast"
            ballast.write_bytes(b"\0" * 300_000)
            filling = _send(receiver, 2_000)
            assert filling.statuses.keys() == {"200", "503"}
            assert receiver.ask("/healthz")[0] == 503
            ballast.unlink()
            again = _send(receiver, 200, first=2_000)
            assert again.statuses == {"200": 200}
            assert receiver.ask("/healthz")[0] == 200
            receiver.stop()
        assert (set(filling.acknowledged) | set(again.acknowledged)) - landed_numbers(tmp_path).keys() == set()
    finally:
        subprocess.run(["umount", "-l", raw], check=True)


def test_a_disk_that_is_nearly_full_is_left_alone(tmp_path: Path) -> None:
    """Every disk is nearly full where more must stay free than any has."""
    with receiving(tmp_path, f"[limits]\nfree_disk_bytes = {2**62}\n") as receiver:
        assert _send(receiver, 50).statuses == {"503": 50}
        status, text = receiver.ask("/healthz")
        assert (status, '"status":"disk_full"' in text) == (503, True)
    assert landed_numbers(tmp_path) == {}


def test_a_slow_disk_fills_the_queue_and_empties_it(tmp_path: Path) -> None:
    with receiving(tmp_path, "[limits]\nqueue_deliveries = 8\n", {"sync_seconds": 0.3}) as receiver:
        told = _send(receiver, 200, connections=64)
        assert told.statuses.keys() == {"200", "503"}
        time.sleep(0.5)
        assert _send(receiver, 4, first=200, connections=4).statuses == {"200": 4}
        receiver.stop()
    assert set(told.acknowledged) - landed_numbers(tmp_path).keys() == set()
