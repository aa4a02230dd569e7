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

# from what changes most to what changes least, so that no later one computes anew what an earlier one should have
SETTINGS = (
    "windows.spring = { click_s = 1209600, reply_s = 3600, view_s = 86400 }\n",
    'touches = "reset"\n',
    "half_life_s = 7200\n",
)
DAILY = "reports.attribution_daily"
Reports = dict[str, list[tuple[Any, ...]]]


def told(world: Path, folder: Path, settings: str) -> Path:
    """The settings of the world's shops, with those of attribution for its first."""
    first, *others = (world / "shops.toml").read_text(encoding="utf-8").split("[[shop]]\n")[1:]
    path = folder / "shops.toml"
    path.write_text("".join(f"[[shop]]\n{shop}\n" for shop in (first + "\n[shop.attribution]\n" + settings, *others)), encoding="utf-8")
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
    window, reset, half_life = (taken(edited, told(world, tmp_path, "".join(SETTINGS[:count]))) for count in (1, 2, 3))
    assert "spring" in cells(before, window)
    assert {"7d_click", "linear"} <= cells(window, reset)
    assert {"7d_click", "time_decay"} <= cells(reset, half_life)
    assert "linear" not in cells(reset, half_life)

    shutil.copytree(edited / "keys", fresh / "keys")
    from_the_start = taken(fresh, told(world, tmp_path, "".join(SETTINGS)), *sorted((world / "deliveries").iterdir()))
    assert {name for name in half_life if half_life[name] != from_the_start[name]} == set()


def cells(one: Reports, other: Reports) -> set[Any]:
    """What stands in the rows of attribution_daily that only the other has."""
    return {cell for row in set(other[DAILY]) - set(one[DAILY]) for cell in row}
