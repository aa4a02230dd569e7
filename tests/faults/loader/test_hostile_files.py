"""A hostile file costs little, is quarantined or refused with a reason, and what is ingested beside it loads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.loader.hostile_files import FILES, Hostile
from tests.faults.loader.hostile_records import RECORDS
from tests.faults.loader.spawner import Spawner, spawner
from tests.flow.test_cli_bad_input import NO_RIGHTS, deliveries

CORPUS = FILES + RECORDS
MOST_CPU_S = 2.0
MOST_RSS_MIB = 256

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a file system with odd names, FIFOs and sparse files")


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spawner]:
    is_root = os.geteuid() == 0
    can_drop = is_root and shutil.which("setpriv") and not subprocess.run([*NO_RIGHTS, "true"], check=False).returncode
    with spawner(tmp_path_factory.mktemp("calls"), *(NO_RIGHTS if can_drop else ())) as calls:
        yield calls


def test_the_corpus_is_large() -> None:
    assert len({case.name for case in CORPUS}) == len(CORPUS) >= 40


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name.encode("ascii", "replace").decode())
def test_a_hostile_file_is_told_and_the_rest_loads(case: Hostile, calls: Spawner, tmp_path: Path) -> None:
    if case.name.startswith("unreadable") and os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root reads everything here")
    batch = tmp_path / "batch"
    batch.mkdir()
    case.make(batch / case.name)
    words = [batch / word if word.endswith(".toml") else word for word in case.words]
    good = deliveries(tmp_path / "good.jsonl", range(3))
    beside = [] if words else [good]  # a mapping is for all files of a call
    ended = calls.run(tmp_path / "home", "ingest", batch / case.name, *beside, *words, "--json")
    assert "Traceback" not in ended.complained
    assert ended.status in (0, 1), ended
    told = {Path(row["path"]).name: row for row in json.loads(ended.said)["files"]}
    if beside:
        assert told.pop(good.name)["loaded"] == 3
    refused = ended.complained.splitlines()
    assert len(refused) + len(told) == 1
    assert all(line.startswith("refused: ") and len(line) < 800 for line in refused)
    assert ended.status == len(refused)
    for row in told.values():
        assert row["records"] == row["loaded"] + row["duplicate"] + row["quarantined"] > 0
        assert sum(row["reasons"].values()) == row["quarantined"]
        assert case.loads in (None, row["loaded"] + row["duplicate"])
    assert refused == [] or not case.loads
    assert not list((tmp_path / "home").glob("landing/*/.*"))
    assert ended.cpu_s <= MOST_CPU_S
    assert ended.rss_mib <= MOST_RSS_MIB
