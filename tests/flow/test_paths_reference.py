"""Conversions and paths against their plain telling on random small worlds, and bit by bit as at once."""

from __future__ import annotations

from random import Random

import duckdb
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.sources.rows import ConfigEvent, IdentityLink, Row
from tests.reference.orders import orders_of
from tests.reference.path_worlds import PathWorld
from tests.reference.paths import conversions_of, null_paths_of, paths_of
from tests.reference.warehouses import memory_warehouse, refresh_all, store, table_rows
from warehouse.models import Model, load_models

SHOPS = 25  # worlds are refreshed side by side in one warehouse: a shop never sees another's rows


def upstream_of(*targets: str) -> list[Model]:
    """The models that the targets are computed from, and themselves."""
    models = {model.name: model for model in load_models()}
    wanted, waiting = set(), list(targets)
    while waiting:
        name = waiting.pop()
        if name in models and name not in wanted:
            wanted.add(name)
            waiting += [each.name for each in models[name].inputs]
    return [model for name, model in models.items() if name in wanted]


PATHS = upstream_of("attribution.path", "attribution.null_path")


def assert_as_told(con: duckdb.DuckDBPyConnection, shop_id: str, rows: list[Row]) -> None:
    """The paths of one shop equal their plain telling."""
    conversions = conversions_of(rows, orders_of(rows)[0])
    found = table_rows(con, "attribution.conversion", shop_id)
    assert {
        (row["conversion_type"], row["conversion_key"], row["person_key"], row["is_told_key"], row["converted_s"]) for row in found
    } == {(each.kind, each.key, person, person in each.told, each.second) for each in conversions for person in each.identity}
    paths: dict[tuple[str, str, str], list[str]] = {}
    for row in sorted(table_rows(con, "attribution.path_touch", shop_id), key=lambda row: row["place"]):
        path = paths.setdefault((row["conversion_type"], row["conversion_key"], row["attribution_window"]), [])
        path.append(row["touch_key"])
        assert row["place"] == len(path)
    told = paths_of(rows, conversions)
    assert paths == {key: [touch.touch_key for touch in path] or [""] for key, path in told.items()}
    of_channels = {
        (row["conversion_type"], row["conversion_key"], row["attribution_window"]): (row["path"], row["touches"])
        for row in table_rows(con, "attribution.path", shop_id)
    }
    assert of_channels == {key: (" > ".join(touch.channel for touch in path), len(path)) for key, path in told.items()}
    names = ("person_key", "attribution_window", "last_touch_key", "path")
    lone = sorted(tuple(row[name] for name in names) for row in table_rows(con, "attribution.null_path", shop_id))
    assert lone == null_paths_of(rows, conversions)


# a seed does not shrink to a smaller world, so a failure is shown as found
@settings(max_examples=2, deadline=None, phases=[Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_paths_are_what_the_plain_telling_says_at_once_and_bit_by_bit(seed: int) -> None:
    worlds = {f"shop-{number}": PathWorld(seed + number, f"shop-{number}").rows for number in range(SHOPS)}
    random = Random(seed)
    rows = [row for each in worlds.values() for row in each]
    batches: list[list[Row]] = [[], [], []]
    for row in [*rows, *random.sample(rows, len(rows) // 5)]:
        first = 1 if isinstance(row, (ConfigEvent, IdentityLink)) else 8
        random.choices(batches, [first, 1, 1])[0].append(row)
    with memory_warehouse() as at_once, memory_warehouse() as bit_by_bit:
        store(at_once, rows)
        refresh_all(at_once, models=PATHS)
        for shop_id, told in worlds.items():
            assert_as_told(at_once, shop_id, told)
        for batch in batches:
            store(bit_by_bit, batch)
            refresh_all(bit_by_bit, models=PATHS)
        for model in PATHS:
            assert table_rows(at_once, model.name) == table_rows(bit_by_bit, model.name), model.name
