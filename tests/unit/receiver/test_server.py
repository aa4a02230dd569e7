"""The server: its limits on connections and headers, how it starts and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import uvloop

from pipelines.landing.frames import Frame, read_frames
from tests.receiver_process import receiving
from tests.repository import ROOT
from tests.traffic import Driver, Load
from tests.webhooks import ENDPOINTS, ENVIRONMENT, message_body, meta_request


def _connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.settimeout(10)
    return connection


def test_one_connection_too_many_is_asked_to_come_later(tmp_path: Path) -> None:
    with receiving(tmp_path, "[limits]\nconnections = 4\n") as receiver:
        held = [_connected(receiver.port) for _ in range(4)]
        for connection in held:  # each is served, so each is counted
            connection.sendall(meta_request(message_body(1)))
            assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
        with _connected(receiver.port) as refused:
            answer = refused.recv(1000)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: " in answer
        for connection in held:
            connection.close()


def test_requests_on_one_connection_are_answered_in_turn(tmp_path: Path) -> None:
    """Pipelined, and the first byte of one in the packet of another."""
    requests = [meta_request(message_body(number)) for number in range(20)]
    stream = b"".join([*requests[:10], requests[10].replace(b"sha256=", b"sha256=0"), *requests[11:]])
    with receiving(tmp_path) as receiver, _connected(receiver.port) as connection:
        for place in range(0, len(stream), 777):
            connection.sendall(stream[place : place + 777])
        told = b""
        while told.count(b"HTTP/1.1 ") < 20:
            told += connection.recv(65536)
    assert [part[:3] for part in told.split(b"HTTP/1.1 ")[1:]] == [b"200"] * 10 + [b"401"] + [b"200"] * 9


def test_a_stop_lands_and_seals_what_it_acknowledged(tmp_path: Path) -> None:
    driver = Driver(Load(0, 16, 20_000))
    with receiving(tmp_path, disk={"sync_seconds": 0.02}) as receiver:
        threading.Timer(0.4, receiver.process.send_signal, [signal.SIGTERM]).start()
        told = uvloop.run(driver.run(receiver.port))
        receiver.process.wait(timeout=30)
    [segment] = (tmp_path / "landing" / "raw").iterdir()
    landed = {piece.body for piece in read_frames(segment) if isinstance(piece, Frame)}
    assert len(told.acknowledged) > 16
    assert {message_body(number) for number in told.acknowledged} <= landed


def test_an_address_that_is_taken_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config = tmp_path / "receiver.toml"
        config.write_text(f"[listen]\nport = {port}\n[admin]\nport = 0\n{ENDPOINTS}", encoding="utf-8")
        command = [sys.executable, "-m", "pipelines.cli", "receive", str(config)]
        environment = os.environ | ENVIRONMENT | {"THREADMART_HOME": str(tmp_path)}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, f"Error: 127.0.0.1:{port}: address already in use\n")
