"""Conversions and paths against their plain telling, on random small worlds."""

from __future__ import annotations

from pipelines.sources.rows import Row
from tests.properties.figures import SHOPS
from tests.properties.random_worlds import Worlds
from tests.reference.orders import orders_of
from tests.reference.paths import conversions_of, null_paths_of, paths_of
from tests.reference.warehouses import ShopTables


def assert_as_told(tables: ShopTables, shop_id: str, rows: list[Row]) -> None:
    """The paths of one shop equal their plain telling."""
    conversions = conversions_of(rows, orders_of(rows)[0])
    found = tables.rows("attribution.conversion", shop_id)
    assert {
        (row["conversion_type"], row["conversion_key"], row["person_key"], row["is_told_key"], row["converted_s"]) for row in found
    } == {(each.kind, each.key, person, person in each.told, each.second) for each in conversions for person in each.identity}
    paths: dict[tuple[str, str, str], list[str]] = {}
    for row in sorted(tables.rows("attribution.path_touch", shop_id), key=lambda row: row["place"]):
        path = paths.setdefault((row["conversion_type"], row["conversion_key"], row["attribution_window"]), [])
        path.append(row["touch_key"])
        assert row["place"] == len(path)
    told = paths_of(rows, conversions)
    assert paths == {key: [touch.touch_key for touch in path] or [""] for key, path in told.items()}
    of_channels = {
        (row["conversion_type"], row["conversion_key"], row["attribution_window"]): (row["path"], row["touches"])
        for row in tables.rows("attribution.path", shop_id)
    }
    assert of_channels == {key: (" > ".join(touch.channel for touch in path), len(path)) for key, path in told.items()}
    names = ("person_key", "attribution_window", "last_touch_key", "path")
    lone = sorted(tuple(row[name] for name in names) for row in tables.rows("attribution.null_path", shop_id))
    assert lone == null_paths_of(rows, conversions)


def test_paths_are_what_the_plain_telling_says(worlds: Worlds) -> None:
    assert len(worlds.rows) == SHOPS
    for shop_id, rows in worlds.rows.items():
        assert_as_told(worlds.tables, shop_id, rows)
