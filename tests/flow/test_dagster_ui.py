"""The Dagster UI as a user starts it: everything is listed, schedule and sensor run, nothing warns."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.dagster_home import PROJECT
from warehouse.models import load_models

QUESTION = """{
  assetNodes { assetKey { path } }
  repositoriesOrError { ... on RepositoryConnection { nodes {
    jobs { name }
    schedules { name scheduleState { status } }
    sensors { name sensorState { status } }
  } } }
}"""


@pytest.fixture
def ui(home: Path, tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str], Path]]:
    """`threadmart dagster` as a user starts it, on a free port: its address, process and output."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    output = tmp_path / "output.txt"
    command = [sys.executable, "-m", "pipelines.cli", "dagster", "--port", str(port)]
    with output.open("w") as file:
        process = subprocess.Popen(command, cwd=PROJECT, stdout=file, stderr=subprocess.STDOUT, text=True)
    try:
        yield f"http://127.0.0.1:{port}", process, output
    finally:
        process.kill()
        process.wait()


def ask(address: str, seconds: float = 90) -> dict[str, Any]:
    """The answer of the UI, waiting for it to come up."""
    deadline = time.monotonic() + seconds
    request = urllib.request.Request(f"{address}/graphql", json.dumps({"query": QUESTION}).encode(), {"content-type": "application/json"})
    while True:
        try:
            with urllib.request.urlopen(f"{address}/server_info") as answer:
                assert "dagster_webserver_version" in json.load(answer)
            with urllib.request.urlopen(request) as answer:
                told: dict[str, Any] = json.load(answer)["data"]
                return told
        except OSError:
            assert time.monotonic() < deadline, "the UI did not come up"
            time.sleep(0.5)


def test_the_ui_starts_quietly_with_schedule_and_sensor_running(ui: tuple[str, subprocess.Popen[str], Path]) -> None:
    address, process, output = ui
    told = ask(address)
    [code] = told["repositoriesOrError"]["nodes"]
    assert {"refresh", "refresh_day"} <= {job["name"] for job in code["jobs"]}
    assert {each["name"]: each["scheduleState"]["status"] for each in code["schedules"]} == {"hourly": "RUNNING"}
    assert {each["name"]: each["sensorState"]["status"] for each in code["sensors"]} == {"landing": "RUNNING"}
    listed = {".".join(node["assetKey"]["path"]) for node in told["assetNodes"]}
    assert {model.name for model in load_models()} < listed
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    [address_line, *rest] = output.read_text().splitlines()
    assert address in address_line
    assert rest == []
