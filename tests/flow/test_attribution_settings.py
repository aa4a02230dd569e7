"""What a shop sets for its attribution, told after everything else is stored, reaches the reports as if it had been told from the start."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb

from pipelines.home import Home
from pipelines.ingest import ingest_files
from pipelines.simulate.command import simulate
from pipelines.warehouse_run import hold_warehouse
from tests.reference.warehouses import refresh_all
from warehouse.models import load_models

SETTINGS = """[shop.attribution]
half_life_s = 7200
touches = "reset"
windows.spring = { click_s = 1209600, reply_s = 3600, view_s = 86400 }
"""
DAILY = "reports.attribution_daily"
Reports = dict[str, list[tuple[Any, ...]]]


def told(world: Path, folder: Path, settings: str) -> Path:
    """The settings of the world's shops, with those of attribution for its first."""
    first, *others = (world / "shops.toml").read_text(encoding="utf-8").split("[[shop]]\n")[1:]
    path = folder / "shops.toml"
    path.write_text("".join(f"[[shop]]\n{shop}\n" for shop in (first + "\n" + settings, *others)), encoding="utf-8")
    return path


def taken(home: Path, *paths: Path) -> Reports:
    """Loads the files and refreshes what they dirtied, as a run does. Returns every report."""
    with hold_warehouse(Home(home)) as held:
        assert ingest_files(held.home, held.con, paths, source=None, mapping=None, progress=None).refused == {}
        refresh_all(held.con)
        return reports(held.con)


def reports(con: duckdb.DuckDBPyConnection) -> Reports:
    names = [model.name for model in load_models() if model.schema == "reports"]
    return {name: con.execute(f"select * from {name} order by all").fetchall() for name in names}


def test_settings_told_later_are_as_if_told_from_the_start(tmp_path: Path) -> None:
    world, edited, fresh = tmp_path / "world", tmp_path / "edited", tmp_path / "fresh"
    simulate(world, shops=1, days=21, events=1500, seed=3)
    before = taken(edited, world)
    later = taken(edited, told(world, tmp_path, SETTINGS))
    assert changed(before, later) >= {"reports.attribution_path", "reports.attribution_daily"}
    assert {"linear", "time_decay"} <= {cell for row in set(later[DAILY]) - set(before[DAILY]) for cell in row if "7d_click" in row}
    assert "spring" in {cell for row in later[DAILY] for cell in row}

    shutil.copytree(edited / "keys", fresh / "keys")
    from_the_start = taken(fresh, told(world, tmp_path, SETTINGS), *sorted((world / "deliveries").iterdir()))
    assert changed(later, from_the_start) == set()
    assert changed(before, taken(edited, told(world, tmp_path, ""))) == set()


def changed(one: Reports, other: Reports) -> set[str]:
    """The reports that differ."""
    assert set(one) == set(other)
    return {name for name in one if one[name] != other[name]}
