"""Claims and regroupings after the raw landing has expired: rows move to their shop as if they had been read again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipelines.home import Home
from pipelines.ingest import ingest_files
from pipelines.loading import open_loader
from pipelines.rekeying import Rekeyed, rekey_outdated
from pipelines.simulate.command import simulate
from warehouse.connection import open_warehouse
from warehouse.raw_tables import columns_of, raw_tables

RECEIPTS = [
    {"asset": "till-1", "receipt": str(number), "sold_at": f"2026-03-01T0{number}:30:00Z", "gross": "12.00", "email": "ada@example.com"}
    for number in range(3)
]
SHOP = '[[shop]]\nid = "{0}"\nname = "{0}"\ncurrency = "{1}"\nzone = "{2}"\ngroup = "{3}"\nassets = {{ store_sale = [{4}] }}\n'


def take(home: Home, *paths: Path) -> None:
    with open_warehouse(home.warehouse) as con:
        assert ingest_files(home, con, paths, source=None, mapping=None, progress=None).refused == {}


def settings(folder: Path, *shops: tuple[str, str, str, str, str]) -> Path:
    path = folder / "shops.toml"
    path.write_text("".join(SHOP.format(*shop) for shop in shops), encoding="utf-8")
    return path


def receipts(folder: Path, name: str = "receipts", told: list[dict[str, str]] = RECEIPTS) -> Path:
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"type": "store_sale", "timestamp": "2026-03-02T00:00:00Z", "data": told}), encoding="utf-8")
    return path


def expire(home: Home) -> None:
    for segment in home.landing_raw.glob("*.seg"):
        segment.unlink()


def alike(one: Home, other: Home) -> None:
    """Gives the other home the keys of the one."""
    for key in one.keys.glob("*.key"):
        shutil.copy(key, other.keys)


def rekeyed(home: Home) -> Rekeyed:
    with open_warehouse(home.warehouse) as con:
        return rekey_outdated(open_loader(home, con))


def rows(home: Home, *names: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows but those of settings, without their pointers and without the columns named."""
    with open_warehouse(home.warehouse) as con:
        tables = [table for table in raw_tables() if table != "config_event"]
        left_out = {"segment", "frame", "entry", *names}
        columns = {table: {column.name for column in columns_of(table)} - left_out for table in tables}
        return {
            table: con.execute(f"select {', '.join(sorted(columns[table]))} from raw.{table} order by all").fetchall() for table in tables
        }


@pytest.mark.parametrize(("currency", "zone"), [("EUR", "Asia/Tokyo"), ("JPY", "UTC"), ("KWD", "America/New_York")])
def test_a_claim_after_the_raw_is_gone_gives_what_reading_again_gives(tmp_path: Path, currency: str, zone: str) -> None:
    claim = ("berlin", currency, zone, "", '"till-1"')
    again, moved = Home(tmp_path / "again").make(), Home(tmp_path / "moved").make()
    for path in (receipts(tmp_path), settings(tmp_path, claim)):
        for home in (again, moved):
            take(home, path)
            alike(again, moved)
        expire(moved)
    done = rekeyed(moved)
    assert (done.moved, done.persons, done.unknown_persons, done.refused) == (1, 1, 0, [])
    assert rows(moved) == rows(again)
    assert rekeyed(moved) == Rekeyed()


def test_what_is_told_again_after_a_claim_is_a_duplicate(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").make()
    take(home, receipts(tmp_path))
    expire(home)
    take(home, settings(tmp_path, ("berlin", "EUR", "Europe/Berlin", "", '"till-1"')))
    rekeyed(home)
    take(home, receipts(tmp_path, "export", [*RECEIPTS, RECEIPTS[0] | {"receipt": "9"}]))
    with open_warehouse(home.warehouse) as con:
        assert con.execute("select count(*), count(distinct person_key), min(shop_id) from raw.store_sale").fetchall() == [(4, 1, "berlin")]


def test_a_shop_that_leaves_its_group_parts_its_persons(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").make()
    tills = [("a", '"till-1"'), ("b", '"till-2"')]
    take(home, settings(tmp_path, *((shop, "EUR", "UTC", "one", till) for shop, till in tills)))
    take(home, receipts(tmp_path, "one"), receipts(tmp_path, "two", [RECEIPTS[0] | {"asset": "till-2"}]))
    expire(home)
    take(home, settings(tmp_path, *((shop, "EUR", "UTC", "", till) for shop, till in tills)))
    persons = "select count(distinct person_key) from raw.store_sale"
    with open_warehouse(home.warehouse) as con:
        assert con.execute(persons).fetchall() == [(1,)]
    assert rekeyed(home).moved == 2
    with open_warehouse(home.warehouse) as con:
        assert con.execute(persons).fetchall() == [(2,)]


def test_rows_that_could_belong_to_either_shop_are_left_and_named(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").make()
    take(home, settings(tmp_path, ("both", "EUR", "UTC", "", '"till-1", "till-2"')))
    linked = RECEIPTS[0] | {"asset": "till-2", "loyalty_id": "L1"}  # a link tells no till
    take(home, receipts(tmp_path, "mixed", [*RECEIPTS, linked]))
    expire(home)
    take(home, settings(tmp_path, ("a", "EUR", "UTC", "", '"till-1"'), ("b", "EUR", "UTC", "", '"till-2"')))
    before = rows(home)
    done = rekeyed(home)
    assert (done.moved, len(done.refused)) == (0, 1)
    assert "go to different shops" in done.refused[0]
    assert rows(home) == before


def test_a_whole_world_moves_as_it_would_be_read(tmp_path: Path) -> None:
    """All tables of a made-up world, whose first shop gets another name; an event without an id keeps the name made of its old key."""
    world, again, moved = tmp_path / "world", Home(tmp_path / "again").make(), Home(tmp_path / "moved").make()
    simulate(world, shops=2, days=3, events=800, seed=5)
    told = (world / "shops.toml").read_text(encoding="utf-8").replace("sample = true\n", "")
    for text in (told, told.replace('id = "berlin-blumen"', 'id = "renamed"')):
        (world / "shops.toml").write_text(text, encoding="utf-8")
        for home in (again, moved):
            take(home, world)
            alike(again, moved)
        expire(moved)
    assert rekeyed(moved).refused == []
    made_of_persons = ("row_id", "message_key", "touch_key")
    assert rows(moved, *made_of_persons) == rows(again, *made_of_persons)


def test_the_day_of_an_ad_s_name_stays(tmp_path: Path) -> None:
    """It is told for a day, and west of Greenwich the midnight that stands for it is on the day before."""
    home = Home(tmp_path / "home").make()
    click = {"asset": "log", "event": "click", "ad_id": "1", "ad_name": "A", "occurred_at": "2026-03-02T18:00:00Z"}
    (tmp_path / "log.json").write_text(json.dumps({"type": "ad_log", "data": click}))
    for group in ("one", ""):
        path = settings(tmp_path, ("shop", "USD", "America/New_York", group, '"till-1"'))
        path.write_text(path.read_text().replace("assets = {", 'assets = { ad_log = ["log"],'))
        take(home, path, tmp_path / "log.json")
        expire(home)
    assert rekeyed(home).moved == 1
    with open_warehouse(home.warehouse) as con:
        assert con.execute("select cast(occurred_on as varchar) from raw.ad_name").fetchall() == [("2026-03-02",)]
