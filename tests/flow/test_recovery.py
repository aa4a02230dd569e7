"""What a kill, a damaged file or a lost one in landing costs: nothing that another copy still holds, and never silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.ingest import ingest_files
from pipelines.landing.intake import file_sha256, land_file
from pipelines.loading import open_loader
from pipelines.privacy.keys import secret_key
from tests.flow.test_intake_order import _rows, _take, world
from tests.flow.test_order_tables import HEADER, MAPPING, SETTINGS
from warehouse.connection import open_warehouse

__all__ = ["world"]


def _rebuilt(home: Home) -> dict[Path, str]:
    """Loads both tiers into a new warehouse; returns what was refused."""
    home.warehouse.unlink()
    with open_warehouse(home.warehouse) as con:
        return open_loader(home, con).load_landed().refused


def _ledger(home: Home) -> list[tuple[object, ...]]:
    with open_warehouse(home.warehouse) as con:
        return con.execute("select sha256, records, loaded, quarantined from raw.ledger order by sha256").fetchall()


def test_a_file_landed_by_a_killed_ingest_is_loaded_once(world: Path, tmp_path: Path) -> None:
    straight, killed = Home(tmp_path / "straight"), Home(tmp_path / "killed").make()
    _take(straight, [world])
    path = next((world / "deliveries").rglob("*.zst"))
    _take(killed, [world / "shops.toml"])
    for _ in range(2):  # the kill came before the load; another one after the file was landed again
        key = secret_key(killed.keys, "landing")
        land_file(path, killed.landing_raw, key, file_sha256(path), source=None, mapping=None, check=lambda *_: None)
    _take(killed, [world])
    assert _ledger(killed) == _ledger(straight)
    assert _rows(killed) == _rows(straight)


@pytest.mark.parametrize("spoil", ["lose", "cut", "flip"])
def test_a_spoilt_canonical_folder_is_made_anew_from_raw(spoil: str, world: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    _take(home, [world])
    before = _rows(home)
    victim = next(home.landing_canonical.glob("*/message_event.*.ndjson.zst"))
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 0xFF
    {"lose": victim.unlink, "cut": lambda: victim.write_bytes(content[:-9]), "flip": lambda: victim.write_bytes(content)}[spoil]()
    assert _rebuilt(home) == {}
    assert _rows(home) == before


def test_a_damaged_raw_segment_costs_nothing_while_its_canonical_folder_is_whole(world: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    _take(home, [world])
    before = _rows(home)
    for segment in home.landing_raw.glob("*.seg"):
        segment.write_bytes(b"\0" * 40 + segment.read_bytes()[40:])
    assert _rebuilt(home) == {}
    assert _rows(home) == before


def test_a_table_with_a_hole_is_named_and_never_read_past_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    (tmp_path / "shops.toml").write_text(SETTINGS)
    table = tmp_path / "orders.csv"
    table.write_text("\n".join([",".join(HEADER), *(f"A{number},2026-03-11T10:00:00,tea,1,2.5" for number in range(9000))]))
    with open_warehouse(home.warehouse) as con:
        ingest_files(home, con, [tmp_path / "shops.toml", table], source=None, mapping=MAPPING, progress=None)
    segment = max(home.landing_raw.glob("*.seg"), key=lambda path: path.stat().st_size)
    content = bytearray(segment.read_bytes())
    content[len(content) * 3 // 4] ^= 1
    segment.write_bytes(content)
    (home.landing_canonical / segment.stem / "summary.json").unlink()
    [line] = _rebuilt(home).values()
    assert "are damaged" in line
    assert [row[1] for row in _ledger(home)] == [1]  # the settings; nothing of the table


def test_settings_can_be_taken_back(world: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    told = (world / "shops.toml").read_text()
    other = tmp_path / "other.toml"
    other.write_text(told.replace("Europe/Berlin", "Asia/Tokyo"))
    _take(home, [world])
    before = _rows(home)
    _take(home, [other])
    assert _rows(home) != before
    _take(home, [world / "shops.toml"])
    assert _rows(home) == before


def test_a_corrected_mapping_replaces_what_the_wrong_one_made(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    (tmp_path / "shops.toml").write_text(SETTINGS)
    table = tmp_path / "orders.csv"
    table.write_text(",".join(HEADER) + "\nA1,2026-03-11T10:00:00,tea,1,2.5\n")
    _take(home, [tmp_path / "shops.toml"])
    _take(home, [table], mapping=MAPPING.replace("EUR", "JPY"))
    [done] = _take(home, [table], mapping=MAPPING)
    assert done.is_reloaded
    with open_warehouse(home.warehouse) as con:
        assert con.execute("select currency, gross_minor from raw.order_line").fetchall() == [("EUR", 250)]
    assert len(_ledger(home)) == 2
