"""Store sales beside what touched their people, against a plain telling."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.sources.rows import Row
from tests.flow.test_incremental import schedule
from tests.reference import fx, store
from tests.reference.orders import orders_of
from tests.reference.path_worlds import PathWorld
from tests.reference.warehouses import memory_warehouse, refresh_all, table_rows, upstream
from tests.reference.warehouses import store as store_rows

SHOPS = 14
_OF_ALL = ("receipts", "known_receipts", "gross_minor", "net_minor", "unconverted_receipts", "visits")
_OF_ITEM = ("touched_receipts", "ad_touched_receipts", "ad_gross_minor", "ad_net_minor", "ad_touched_visits", "median_ad_lag_hours")
_LAGS = ("ad_lag_1d_receipts", "ad_lag_7d_receipts", "ad_lag_28d_receipts", "ad_lag_over_28d_receipts")


def expected(told: dict[str, Any]) -> dict[str, Any]:
    """A row of the plain telling under the report's names."""
    row = {name: told[f"all_{name}"] for name in _OF_ALL} | {name: told[name] for name in (*_OF_ITEM, *_LAGS)}
    known, touched = row["known_receipts"], row["touched_receipts"]
    row["ad_touched_rate"] = row["ad_touched_receipts"] / known if known else None
    row["ad_sales_rate"] = row["ad_net_minor"] / row["net_minor"] if row["net_minor"] else None
    row["mean_path_touches"] = told["touches"] / touched if touched else None
    return row


@settings(max_examples=2, deadline=None, phases=[Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_store_attribution_says_what_the_plain_telling_says(seed: int) -> None:
    worlds: dict[str, list[Row]] = {f"shop-{number}": PathWorld(seed + number, f"shop-{number}").rows for number in range(SHOPS)}
    rates = fx.rate_rows(seed)
    with memory_warehouse() as con:
        store_rows(con, [*rates, *(row for rows in worlds.values() for row in rows)])
        refresh_all(con, models=upstream("reports.store_attribution"))
        for shop_id, rows in worlds.items():
            told = store.store_attribution(rows, orders_of(rows)[0], fx.Rates(rates, rows))
            keys: dict[tuple[date, str, str, str, str], dict[str, Any]] = {
                (row["month_on"], row["attribution_window"], row["basis"], row["level"], row["level_id"]): row
                for row in table_rows(con, "reports.store_attribution", shop_id)
            }
            assert {key: {name: row[name] for name in expected(next(iter(told.values())))} for key, row in keys.items()} == {
                key: expected(row) for key, row in told.items()
            }
            for row in keys.values():
                assert row["ad_touched_rate_low"] <= (row["ad_touched_rate"] or 0) <= row["ad_touched_rate_high"]


@settings(max_examples=1, deadline=None, phases=[Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_store_attribution_bit_by_bit_is_as_at_once(seed: int) -> None:
    rows, models = fx.rate_rows(seed), upstream("reports.store_attribution")
    for number in range(SHOPS):
        rows += PathWorld(seed + number, f"shop-{number}").rows + fx.settings_rows(seed, f"shop-{number}")
    with memory_warehouse() as once, memory_warehouse() as bit_by_bit:
        store_rows(once, rows)
        refresh_all(once, models=models)
        for batch in schedule(Random(seed), rows):
            store_rows(bit_by_bit, batch)
            refresh_all(bit_by_bit, models=models)
        for model in models:
            assert table_rows(once, model.name) == table_rows(bit_by_bit, model.name), model.name
