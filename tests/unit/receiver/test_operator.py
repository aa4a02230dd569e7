"""The operator's port: health, metrics, backlog."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines.receiver.backlog import Backlog, backlog
from pipelines.receiver.capacity import Capacity
from pipelines.receiver.config import Limits
from pipelines.receiver.metrics import Metrics
from pipelines.receiver.operator import Operator
from tests.receiver_process import receiving
from tests.traffic import Load, send_load

OPENED_MS = 1_772_366_400_000


def test_the_backlog_is_what_is_sealed_and_not_read(tmp_path: Path) -> None:
    raw, canonical = tmp_path / "raw", tmp_path / "canonical"
    raw.mkdir()
    names = [f"{OPENED_MS + 1000 * number}-00000000000{number}" for number in range(3)]
    for name in names:
        (raw / f"{name}.seg").touch()
    (raw / f"{OPENED_MS}-open.receiving").touch()
    assert backlog(raw, canonical, OPENED_MS / 1000 + 60) == Backlog(3, 60.0)
    for name in names[:2]:
        (canonical / name).mkdir(parents=True)
        (canonical / name / "summary.json").touch()
    assert backlog(raw, canonical, OPENED_MS / 1000 + 60) == Backlog(1, 58.0)


@pytest.mark.parametrize(("is_failing", "waiting", "status"), [(False, 0, "landing"), (True, 0, "write_errors"), (False, 10, "queue_full")])
def test_health_is_whether_deliveries_are_landed(is_failing: bool, waiting: int, status: str, tmp_path: Path) -> None:
    capacity = Capacity(tmp_path, Limits(queue_deliveries=10, free_disk_bytes=0))
    capacity.deliveries = waiting
    watch = SimpleNamespace(silent=lambda: [("messenger", "1001")], show=lambda: None)
    operator = Operator(tmp_path, tmp_path, SimpleNamespace(is_failing=is_failing), capacity, watch, Metrics())  # type: ignore[arg-type]
    health = operator.answer("/healthz")
    told = json.loads(health.body)
    assert (health.status, told["status"]) == (200 if status == "landing" else 503, status)
    assert told["silent_assets"] == [{"source": "messenger", "asset": "1001"}]
    assert f"threadmart_receiver_is_landing {float(status == 'landing')}" in operator.answer("/metrics").body.decode()
    assert operator.answer("/").status == 404


def test_a_running_receiver_tells_what_it_did(tmp_path: Path) -> None:
    with receiving(tmp_path) as receiver:
        send_load(Load(receiver.port, 4, 40))
        status, text = receiver.ask("/metrics")
        assert status == 200
        for sample in (
            'accepted_total{endpoint="/meta"} 40.0',
            "commit_seconds_bucket",
            "backlog_segments 0.0",
            'last_event_timestamp_seconds{asset="1001"',
        ):
            assert f"threadmart_receiver_{sample}" in text
        assert receiver.metric("batch_deliveries_sum") == receiver.metric("answer_seconds_count") == 40
        receiver.stop()
    assert [line["event"] for line in receiver.journal] == ["sealed", "stopped"]
