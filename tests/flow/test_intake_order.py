"""What comes late or wrong: settings after the data, a mapping after its table, files that the drop folder cannot take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.home import Home
from pipelines.ingest import ingest_files
from pipelines.loading import Ingested
from pipelines.plan import load_landed
from pipelines.simulate.command import simulate
from tests.flow.test_order_tables import HEADER, MAPPING, SETTINGS
from warehouse.connection import open_warehouse
from warehouse.raw_tables import raw_tables


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("intake") / "world"
    simulate(out, shops=2, days=5, events=1000, seed=5)
    return out


def _take(home: Home, *calls: list[Path], mapping: str | None = None) -> list[Ingested]:
    with open_warehouse(home.warehouse) as con:
        return [ingest_files(home, con, paths, source=None, mapping=mapping, progress=None) for paths in calls]


def _killed(*_: object, **_named: object) -> None:
    raise KeyboardInterrupt


def _rows(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    """Rows that deliveries made, without their pointers."""
    with open_warehouse(home.warehouse) as con:
        tables = [table for table in raw_tables() if table != "config_event"]
        return {
            table: con.execute(f"select * exclude (segment, frame, entry) from raw.{table} order by row_id").fetchall() for table in tables
        }


def test_settings_that_come_after_the_data_give_what_they_give_before_it(world: Path, tmp_path: Path) -> None:
    first, last = Home(tmp_path / "first"), Home(tmp_path / "last")
    _take(first, [world / "shops.toml"], [world / "deliveries"])
    late = _take(last, [world / "deliveries"], [world / "shops.toml"])
    assert [done.is_reloaded for done in late] == [False, True]
    assert _rows(last) == _rows(first)


def test_a_kill_between_settings_and_reload_is_made_good_by_the_next_run(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight, killed = Home(tmp_path / "straight"), Home(tmp_path / "killed")
    _take(straight, [world])
    _take(killed, [world / "deliveries"])
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.loading.Loader.reload_everything", _killed)
        with pytest.raises(KeyboardInterrupt):
            _take(killed, [world / "shops.toml"])
    with open_warehouse(killed.warehouse) as con:
        assert load_landed(killed, con).is_reloaded
    assert _rows(killed) == _rows(straight)


def test_canonical_rows_serve_where_the_raw_segments_are_gone(world: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    _take(home, [world])
    before = _rows(home)
    for segment in home.landing_raw.glob("*.seg"):
        segment.unlink()
    home.warehouse.unlink()
    with open_warehouse(home.warehouse) as con:
        assert load_landed(home, con).refused == {}
    assert _rows(home) == before


def test_a_table_taken_without_its_mapping_is_taken_again_with_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    shops = tmp_path / "shops.toml"
    shops.write_text(SETTINGS)
    table = tmp_path / "orders.csv"
    table.write_text(",".join(HEADER) + "\nA1,2026-03-11T10:00:00,tea,1,2.5\nA1,2026-03-11T10:00:00,cup,2,1.5\n")
    [unread] = _take(home, [shops, table])
    assert unread.files[-1].reasons == {"unknown_table": 2}
    [read, again] = _take(home, [table], [table], mapping=MAPPING)
    assert (read.files[0].loaded, read.files[0].quarantined) == (2, 0)
    assert (again.files[0].loaded, again.files[0].duplicate) == (0, 2)
    with open_warehouse(home.warehouse) as con:
        assert con.execute("select count(*) from raw.quarantine").fetchall() == [(0,)]
    assert len(list(home.landing_raw.glob("*.seg"))) == 2


def test_the_drop_folder_empties_and_keeps_aside_what_it_refuses(world: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home").make()
    (home.drop / "a").mkdir()
    (home.drop / "a" / "empty.json").touch()
    (home.drop / "shops.toml").write_text((world / "shops.toml").read_text())
    (home.drop / ".half-written.jsonl").write_text('{"object"')
    with open_warehouse(home.warehouse) as con:
        done = load_landed(home, con)
    assert [row.source for row in done.files] == ["config"]
    assert [line.endswith("empty.json: the file is empty") for line in done.refused.values()] == [True]
    assert {str(path.relative_to(home.drop)) for path in home.drop.rglob("*") if path.is_file()} == {
        ".half-written.jsonl",
        ".refused/a/empty.json",
    }


def test_a_directory_that_holds_the_home_is_taken_without_it(world: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "state")
    (tmp_path / "shops.toml").write_text((world / "shops.toml").read_text())
    taken = _take(home, [tmp_path], [tmp_path])
    assert [[Path(row.path).name for row in done.files] for done in taken] == [["shops.toml"]] * 2
