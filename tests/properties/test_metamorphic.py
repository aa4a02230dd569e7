"""What must hold of every report whatever it says: under another name, four years later, with k times the money, beside another shop.

Twins are shops of the same rows in one warehouse. The seed is fixed, because two tellings of one second are told apart by a hash of
their content, which the twin's differs in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import msgspec
import pytest

from pipelines.sources.rows import Row
from tests.properties.random_worlds import shop_rows
from tests.reference.warehouses import memory_warehouse, refresh_all, store, table_rows
from warehouse.models import load_models

SEED, SHOPS, K = 5, 6, 1000
DAYS = 1461  # four years: a month stays as long as it is
MONEY = ("gross_minor", "discount_minor", "refund_minor", "tax_minor", "shipping_minor", "ad_spend_minor")
Told = dict[str, Any]


def later(row: Row) -> Row:
    """The row, whole days later."""
    moved = {name: value + DAYS * 86_400_000 for name, value in told_of(row).items() if name.endswith("_ms")}
    return msgspec.structs.replace(row, **moved, occurred_day=row.occurred_day + DAYS)


def rich(row: Row) -> Row:
    """The row with K times its money."""
    return msgspec.structs.replace(row, **{name: value * K for name, value in told_of(row).items() if name in MONEY})


def told_of(row: Row) -> Told:
    return {name: value for name, value in msgspec.structs.asdict(row).items() if value is not None}


TWINS: dict[str, Callable[[Row], Row]] = {"other": lambda row: row, "later": later, "rich": rich}


@cache
def reports(with_twins: bool) -> dict[str, dict[str, list[Told]]]:
    """Report -> shop -> its rows."""
    worlds = [shop_rows(SEED + number)[1] for number in range(SHOPS)]
    rows = [row for world in worlds for row in world]
    twins = [msgspec.structs.replace(twin(row), shop_id=f"{name} {row.shop_id}") for name, twin in TWINS.items() for row in rows]
    found: dict[str, dict[str, list[Told]]] = {}
    with memory_warehouse() as con:
        store(con, rows + twins if with_twins else rows)
        refresh_all(con)
        for model in load_models():
            if model.schema == "reports":
                shops = found.setdefault(model.name, {})
                for row in table_rows(con, model.name):
                    shops.setdefault(row["shop_id"], []).append(row)
    return found


def as_told(row: Told, name: str) -> Told:
    """A twin's row as the shop itself would tell it."""
    return {column: _as_told(value, name) for column, value in row.items()}


def _as_told(value: Any, name: str) -> Any:
    if isinstance(value, str):
        return value.removeprefix(f"{name} ")
    if name == "later" and isinstance(value, (date, datetime)):
        return value - timedelta(days=DAYS)
    return value


def in_order(rows: list[Told]) -> list[Told]:
    return sorted(rows, key=lambda row: [str(value) for value in row.values()])


@pytest.mark.parametrize("name", ["other", "later"])
def test_a_twin_tells_the_same(name: str) -> None:
    compared = 0
    for report, shops in reports(True).items():
        for shop_id in (f"world-{SEED + number}" for number in range(SHOPS)):
            own, twin = in_order(shops.get(shop_id, [])), in_order([as_told(row, name) for row in shops.get(f"{name} {shop_id}", [])])
            assert own == twin, (report, shop_id)
            compared += len(own)
    assert compared > 10_000


def test_an_added_shop_changes_no_other() -> None:
    alone, beside = reports(False), reports(True)
    for report, shops in alone.items():
        for shop_id, rows in shops.items():
            assert rows == beside[report][shop_id], (report, shop_id)


def test_k_times_the_money_is_credited_alike() -> None:
    """The same credit to the billionth; of money, K times the sum of what all touches get, each of which is rounded by itself."""
    shops = reports(True)["reports.attribution_daily"]
    cell, level = ("day_on", "model", "attribution_window", "level", "currency"), ("level_id",)
    for shop_id in (f"world-{SEED + number}" for number in range(SHOPS)):
        own, twin = shops[shop_id], shops[f"rich {shop_id}"]
        for column in ("credited_ppb", "impressions", "clicks"):
            assert sums(own, (*cell, *level), column) == sums(twin, (*cell, *level), column)
        for column in ("gross_minor", "discount_minor", "refund_minor", "net_minor", "cash_refund_minor", "ad_spend_minor"):
            assert sums(twin, cell, column) == {key: K * amount for key, amount in sums(own, cell, column).items()}


def sums(rows: list[Told], key: tuple[str, ...], column: str) -> dict[tuple[Any, ...], int]:
    """Key -> its sum, where there is one."""
    found: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        found[tuple(row[name] for name in key)] += row[column]
    return {each: amount for each, amount in found.items() if amount}
