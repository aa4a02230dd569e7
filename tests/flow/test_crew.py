"""Large segments are normalised in parts by several processes: the same files by one or many, and nothing where one dies."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import zstandard

from pipelines.home import Home
from pipelines.loading import Loader, open_loader
from pipelines.privacy.vault import Vault
from tests.flow.test_intake_order import _rows, _take, world
from warehouse.connection import open_warehouse

__all__ = ["world"]

DIES = "import os, sys; sys.stdin.readline(); sys.stdin.readline(); os.kill(os.getpid(), 9)"
CANNOT_WRITE = 'import sys; sys.stdin.readline(); sys.stdin.readline(); print(\'{"type":"failed","reason":"no space left on device"}\')'
CANNOT_KEEP = """
import sys
sys.stdin.readline()
for line in sys.stdin:
    print('{"type":"done","counts":{}}', flush=True)
print('{"type":"failed","reason":"database or disk is full"}')
"""


@pytest.fixture
def traffic(world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One file of many small frames, two to a part."""
    monkeypatch.setattr("pipelines.landing.intake.FRAME_BYTES", 1 << 12)
    monkeypatch.setattr("pipelines.landing.intake.HEAD_BYTES", 1 << 12)
    monkeypatch.setattr("pipelines.normalise.PART_FRAMES", 5)
    lines = [zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read() for path in sorted((world / "deliveries").glob("*/*"))]
    file = tmp_path / "traffic.ndjson"
    file.write_bytes(b"".join(lines))
    return file


def _files(home: Home) -> dict[str, bytes]:
    """The canonical files of the traffic."""
    folder = max(home.landing_canonical.iterdir(), key=lambda path: len(list(path.iterdir())))
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "summary.json"}


def _reads(home: Home, *files: Path) -> None:
    for done in _take(home, *([file] for file in files)):
        assert done.refused == {}


def test_one_process_or_many_write_the_same_files(traffic: Path, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    homes = {count: Home(tmp_path / f"by_{count}") for count in (1, 2, 3)}
    for count, home in homes.items():
        monkeypatch.setattr("pipelines.normalise.cores", lambda count=count: count)
        monkeypatch.setattr("pipelines.crew.cores", lambda count=count: count)
        _reads(home, world / "shops.toml", traffic)
    assert sum(name.startswith("message_event") for name in _files(homes[1])) > 10
    assert _files(homes[1]) == _files(homes[2]) == _files(homes[3])
    assert _rows(homes[1]) == _rows(homes[2]) == _rows(homes[3])


def test_a_load_in_several_batches_is_one_load(traffic: Path, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, batched = Home(tmp_path / "whole"), Home(tmp_path / "batched")
    _reads(whole, world / "shops.toml", traffic)
    monkeypatch.setattr("warehouse.load.BATCH_BYTES", 1)
    _reads(batched, world / "shops.toml", traffic)
    assert _rows(batched) == _rows(whole)
    for home in (whole, batched):
        with open_warehouse(home.warehouse) as con:
            assert con.execute("select records - loaded - duplicate - quarantined - erased from raw.ledger").fetchall() == [(0,), (0,)]


@pytest.mark.parametrize(
    ("code", "why"),
    [(DIES, "ended with status -9"), (CANNOT_WRITE, "no space left on device"), (CANNOT_KEEP, "database or disk is full")],
)
def test_a_process_that_fails_leaves_nothing_half_done(
    code: str, why: str, traffic: Path, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight, failed = Home(tmp_path / "straight"), Home(tmp_path / "failed")
    _reads(straight, world / "shops.toml", traffic)
    monkeypatch.setattr("pipelines.normalise.cores", lambda: 2)
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.crew.MEMBER", (sys.executable, "-c", code))
        _, done = _take(failed, [world / "shops.toml"], [traffic])
        [reason] = done.refused.values()
        assert why in reason
        assert len(list(failed.landing_raw.iterdir())) == len(list(failed.landing_canonical.iterdir())) == 1  # the settings
    _reads(failed, traffic)
    assert _rows(failed) == _rows(straight)


def test_what_a_kill_left_of_a_canonical_folder_is_removed(traffic: Path, world: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    _reads(home, world / "shops.toml", traffic)
    left = home.landing_canonical / f".{max(home.landing_canonical.iterdir()).name}.1234"
    left.mkdir()
    (home.landing_canonical / left.name[1:-5] / "summary.json").unlink()
    home.warehouse.unlink()
    with open_warehouse(home.warehouse) as con:
        assert open_loader(home, con).load_landed().refused == {}
    assert not left.exists()


def test_contacts_met_by_the_crew_are_in_the_vault(traffic: Path, world: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    _reads(home, world / "shops.toml", traffic)
    with open_warehouse(home.warehouse) as con:
        vault: Vault = Loader(home, con).office.vault
        people = con.execute("select distinct shop_id, person_key from raw.message_event where person_key is not null").fetchall()
    assert people
    assert all(vault.contacts(shop_id, person_key) for shop_id, person_key in people)
