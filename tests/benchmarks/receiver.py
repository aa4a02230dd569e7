"""Measures the receiver under load and rewrites its table in docs/benchmarks.md; part of `make bench`.

With a path as argument, writes to that page in place of docs/benchmarks.md.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.run import PAGE, rewritten
from tests.receiver_process import ReceiverProcess, receiving
from tests.traffic import Load, Told, send_load

SECONDS = int(os.environ.get("RECEIVER_SECONDS", "20"))
SLOWER = {"sync_seconds": 0.01}
_TICKS = os.sysconf("SC_CLK_TCK")


def used_cpu(receiver: ReceiverProcess) -> float:
    """Seconds of CPU that the receiver has used so far."""
    fields = Path(f"/proc/{receiver.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def measured(name: str, receiver: ReceiverProcess, load: Load) -> str:
    """One row: what was sent, what came back and how soon."""
    before = used_cpu(receiver)
    told = send_load(load)
    if told.statuses.keys() != {"200"}:
        raise SystemExit(f"{name}: expected 200 alone, got {told.statuses}")
    return row(name, told, used_cpu(receiver) - before)


def row(name: str, told: Told, cpu_s: float) -> str:
    count = told.statuses["200"]
    latencies = " | ".join(f"{told.percentile(share):,.1f}" for share in (0.5, 0.99, 1.0))
    return f"| {name} | {count / told.seconds:,.0f} | {latencies} | {1e6 * cpu_s / count:,.0f} |"


def main() -> None:
    page = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    lines = ["| load | acknowledged/s | p50 ms | p99 ms | longest ms | CPU µs each |", "|---|---:|---:|---:|---:|---:|"]
    with tempfile.TemporaryDirectory(prefix="threadmart-bench-") as folder, receiving(Path(folder), disk=SLOWER) as receiver:
        send_load(Load(receiver.port, 128, 5_000))  # warm
        for name, connections, rate in (("128 connections, as fast as they can", 128, 0), ("16 connections, as fast as they can", 16, 0)):
            load = Load(receiver.port, connections, 10_000 * SECONDS, seconds=SECONDS, rate=rate, first=10_000)
            lines.append(measured(name, receiver, load))
        steady = Load(receiver.port, 16, 100 * SECONDS, rate=100)
        lines.append(measured("100 a second", receiver, steady))
    page.write_text(rewritten(page.read_text(encoding="utf-8"), lines, "receiver"), encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
