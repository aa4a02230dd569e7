"""A real receiver in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.repository import ROOT
from tests.webhooks import ENDPOINTS, ENVIRONMENT

PORTS = "[listen]\nport = 0\n[admin]\nport = 0\n"


@dataclass
class ReceiverProcess:
    """Its ports, and the lines of its log so far."""

    process: subprocess.Popen[str]
    port: int = 0
    admin_port: int = 0
    journal: list[dict[str, Any]] = field(default_factory=list)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)

    def ask(self, path: str) -> tuple[int, str]:
        """Status and text of a GET on the operator's port."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.admin_port}{path}", timeout=10) as told:
                return told.status, told.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def metric(self, name: str) -> float:
        """A sample of /metrics, by its name with labels."""
        lines = self.ask("/metrics")[1].splitlines()
        return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(f"threadmart_receiver_{name} ")), 0.0)

    def read_journal(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.journal.append(json.loads(line) if line.startswith("{") else {"event": "said", "text": line})
        self.process.stderr.close()


def start_receiver(home: Path, settings: str = "", disk: dict[str, Any] | None = None) -> ReceiverProcess:
    """Starts a receiver with the endpoints of tests/webhooks.py and waits until it listens."""
    home.mkdir(parents=True, exist_ok=True)
    config = home / "receiver.toml"
    config.write_text(PORTS + settings + ENDPOINTS, encoding="utf-8")
    command = ["-m", "pipelines.cli"] if disk is None else ["-m", "tests.spoilt_disk", json.dumps(disk)]
    return listening([*command, "receive", str(config)], ENVIRONMENT | {"THREADMART_HOME": str(home)})


def listening(arguments: list[str], environment: dict[str, str]) -> ReceiverProcess:
    """Runs Python with these arguments until it says where it listens."""
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=os.environ | environment, stderr=subprocess.PIPE, text=True)
    started = ReceiverProcess(process)
    assert process.stderr
    first = process.stderr.readline()
    assert first.startswith("{"), first + process.stderr.read()
    told = json.loads(first)
    started.port, started.admin_port = told["port"], told["admin_port"]
    threading.Thread(target=started.read_journal, daemon=True).start()
    return started


@contextmanager
def receiving(home: Path, settings: str = "", disk: dict[str, Any] | None = None) -> Iterator[ReceiverProcess]:
    """A receiver that is killed at the end, if it is still there."""
    started = start_receiver(home, settings, disk)
    try:
        yield started
    finally:
        started.kill()
