"""What must hold of money whatever it is: another name of a currency changes nothing, and k times the money is k times the sums.

Each shop stands thrice in one warehouse: as it is, with other names of its currencies, and with k times its money. The seed is
fixed, because two tellings of one second are told apart by a hash of their content, which the money is part of.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import msgspec
import pytest

from pipelines.sources.rows import ConfigEvent, Row
from tests.reference.fx import rate_rows, settings_rows
from tests.reference.warehouses import memory_warehouse, refresh_all, store, table_rows, upstream
from tests.reference.worlds import World

SEED, K = 5, 1000
SHOPS = [f"shop-{number}" for number in range(12)]
OTHER = {"USD": "CHF", "JPY": "KRW"}  # of the same exponents
SCALED = ("gross_minor", "discount_minor", "refund_minor", "tax_minor", "shipping_minor", "ad_spend_minor")
REPORTS = ("reports.shop_spend_daily", "reports.ad_spend_daily")


def relabelled(row: Row) -> Row:
    """The row with other names of its currencies."""
    shop_id = row.shop_id and f"other {row.shop_id}"
    if isinstance(row, ConfigEvent):
        return msgspec.structs.replace(row, shop_id=shop_id, value=OTHER.get(row.value, row.value))
    currency = getattr(row, "currency", None)
    named = {"currency": OTHER.get(currency, currency)} if currency else {}
    return msgspec.structs.replace(row, shop_id=shop_id, **named)


def scaled(row: Row) -> Row:
    """The row with K times its money."""
    amounts = {name: getattr(row, name, None) for name in SCALED}
    more = {name: amount * K for name, amount in amounts.items() if amount is not None}
    return msgspec.structs.replace(row, shop_id=f"rich {row.shop_id}", **more)


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    rates = rate_rows(SEED)
    rows = [row for number, shop in enumerate(SHOPS) for row in World(SEED + number, shop).rows + settings_rows(SEED, shop)]
    with memory_warehouse() as con:
        store(con, [*rates, *rows, *map(relabelled, rates), *map(relabelled, rows), *map(scaled, rows)])
        refresh_all(con, models=upstream(*REPORTS))
        yield con


def pairs(con: duckdb.DuckDBPyConnection, report: str, beside: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each row of a report as it is and as its twin's."""
    tables = [[table_rows(con, report, f"{name}{shop}") for shop in SHOPS] for name in ("", f"{beside} ")]
    rows, twins = (
        sorted((row for shop in table for row in shop), key=lambda r: [str(r[name]) for name in ("shop_id", "day_on", *keys(r))])
        for table in tables
    )
    return list(zip(rows, twins, strict=True))


def keys(row: dict[str, Any]) -> tuple[str, ...]:
    return ("ad_id",) if "ad_id" in row else ("orders", "gross_minor", "refund_minor")


def test_another_name_of_a_currency_leaves_the_return_on_ad_spend(warehouse: duckdb.DuckDBPyConnection) -> None:
    converted = 0
    for report in REPORTS:
        for row, twin in pairs(warehouse, report, "other"):
            assert {name: OTHER.get(value, value) for name, value in row.items() if name != "shop_id"} == {
                name: value for name, value in twin.items() if name != "shop_id"
            }
            converted += row["currency"] in OTHER and row["currency"] != row["reporting_currency"] and "orders" in row
    assert converted > 2


def test_k_times_the_money_is_k_times_the_sums(warehouse: duckdb.DuckDBPyConnection) -> None:
    """In its own currency to the minor unit; converted, an amount may be rounded away from k times what it was by k / 2."""
    for row, twin in pairs(warehouse, "reports.shop_spend_daily", "rich"):
        own = row["currency"] == row["reporting_currency"]
        for name in (*SCALED[:-1], "net_minor", *(("reporting_gross_minor", "reporting_net_minor") if own else ())):
            assert twin[name] == K * row[name], name
    for row, twin in pairs(warehouse, "reports.ad_spend_daily", "rich"):
        assert twin["ad_spend_minor"] == K * row["ad_spend_minor"]
        if row["reporting_ad_spend_minor"] is not None:
            assert abs(twin["reporting_ad_spend_minor"] - K * row["reporting_ad_spend_minor"]) <= K / 2
