"""A disk that is full from the n-th write on: a clear error, nothing half loaded, and the next run finishes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.home import Home
from pipelines.simulate.command import simulate
from tests.faults.figures import figure
from tests.faults.loader.stored import TOLD, Stored, stored_at
from tests.repository import ROOT
from warehouse.connection import WarehouseUnreadable, open_warehouse

TRIES = figure(12, 400)
MAKING = range(1, 7)  # the writes that make the warehouse file
SHIM = Path(__file__).with_name("failing_writes.c")

pytestmark = pytest.mark.skipif(sys.platform != "linux" or shutil.which("cc") is None, reason="needs Linux and a C compiler")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small world, and the shim that makes writes fail."""
    folder = tmp_path_factory.mktemp("full")
    simulate(folder / "world", shops=2, days=2, events=400, seed=5)
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", folder / "shim.so", SHIM, "-ldl"], check=True)
    return folder


def _ingest(folder: Path, home: Path, **failing: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"THREADMART_HOME": str(home)}
    if failing:
        environment |= {"LD_PRELOAD": str(folder / "shim.so"), "FAIL_UNDER": str(home)} | failing
    command = [sys.executable, "-m", "pipelines.cli", "ingest", str(folder / "world")]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def straight(folder: Path) -> tuple[int, Stored]:
    """How many writes an uninterrupted load makes, and what it leaves."""
    done = _ingest(folder, folder / "straight", FAIL_COUNT=str(folder / "writes"))
    assert done.returncode == 0, done.stderr
    return max(map(int, (folder / "writes").read_text().split())), stored_at(Home(folder / "straight"))


def test_a_disk_that_fills_up_at_any_write(folder: Path, straight: tuple[int, Stored], tmp_path: Path) -> None:
    writes, expected = straight
    assert writes > TRIES // 2
    for number in sorted({*MAKING, *(1 + step * writes // TRIES for step in range(TRIES))}):
        home = tmp_path / str(number)
        failed = _ingest(folder, home, FAIL_FROM=str(number))
        assert "Traceback" not in failed.stderr, (number, failed.stderr)
        if failed.returncode:
            assert failed.stderr.strip(), number
        _holds_whole_files(Home(home))
        again = _ingest(folder, home)
        assert again.returncode == 0, (number, again.stderr)
        assert stored_at(Home(home)) == expected, number
        shutil.rmtree(home)


def _holds_whole_files(home: Home) -> None:
    """Every file in the ledger is there with all its rows; a warehouse that cannot be opened is rebuilt by the next run."""
    if not home.warehouse.exists():
        return
    try:
        with open_warehouse(home.warehouse) as con:
            if not con.execute("select 1 from duckdb_tables() where table_name = 'ledger'").fetchall():
                return
            assert con.execute(f"select sha256 from raw.ledger where {TOLD[0]} <> {' + '.join(TOLD[1:])}").fetchall() == []
            primary = con.execute("select segment from raw.message_event except select segment from raw.ledger").fetchall()
            assert primary == []
    except (WarehouseUnreadable, duckdb.Error) as error:
        pytest.fail(f"the warehouse does not open after a full disk: {error}")
