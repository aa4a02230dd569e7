"""Store sales beside what touched their people, against a plain telling."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.properties.figures import SHOPS
from tests.properties.random_worlds import Worlds
from tests.reference import store
from tests.reference.orders import orders_of

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


def test_store_attribution_says_what_the_plain_telling_says(worlds: Worlds) -> None:
    assert len(worlds.rows) == SHOPS
    for shop_id, rows in worlds.rows.items():
        told = store.store_attribution(rows, orders_of(rows)[0], worlds.rates(shop_id))
        keys: dict[tuple[date, str, str, str, str], dict[str, Any]] = {
            (row["month_on"], row["attribution_window"], row["basis"], row["level"], row["level_id"]): row
            for row in worlds.tables.rows("reports.store_attribution", shop_id)
        }
        names = expected(next(iter(told.values()))) if told else {}
        assert {key: {name: row[name] for name in names} for key, row in keys.items()} == {key: expected(row) for key, row in told.items()}
        for row in keys.values():
            assert row["ad_touched_rate_low"] <= (row["ad_touched_rate"] or 0) <= row["ad_touched_rate_high"]
