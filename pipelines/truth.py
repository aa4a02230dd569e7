"""Compares the warehouse with a world's truth.json, to the minor unit, the touch and the quarantined record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import msgspec

_MONEY = ("orders", "gross_minor", "discount_minor", "refund_minor", "net_minor", "tax_minor", "shipping_minor")


_STORE = ("receipts", "gross_minor", "discount_minor", "refund_minor", "net_minor", "tax_minor")
_OWN_EVENTS = """(
    select
        shop_id, occurred_on as day_on,
        count(*) filter (kind = 'ad_impression') as ad_impressions, count(*) filter (kind = 'ad_click') as ad_clicks,
        count(*) filter (kind = 'store_scan') as store_scans, count(*) filter (kind = 'store_checkin') as store_checkins,
        0 as consents_granted, 0 as consents_withdrawn
    from (select shop_id, occurred_on, kind from staging.touch union all select shop_id, occurred_on, kind from staging.anonymous_touch)
    group by all
    union all
    select
        shop_id, occurred_on, 0, 0, 0, 0, count(*) filter (state = 'granted'), count(*) filter (state = 'withdrawn')
    from raw.consent_event where source = 'consent' group by all
)"""
_EVENTS = ("ad_impressions", "ad_clicks", "store_scans", "store_checkins", "consents_granted", "consents_withdrawn")


class TruthError(ValueError):
    """A truth file that cannot be read."""


class Expected(msgspec.Struct):
    """The exact totals of a world. Rows hold shop_id, day_on and the named figures; zero rows may be left out."""

    shop_days: list[dict[str, Any]]
    touches: list[dict[str, Any]]
    ad_spend: list[dict[str, Any]]
    quarantine: dict[str, int]
    order_updates: list[dict[str, Any]] = []  # none in truth files of older worlds
    store_days: list[dict[str, Any]] = []
    own_events: list[dict[str, Any]] = []
    fx_rates: list[dict[str, Any]] = []


class _Truth(msgspec.Struct):
    expected: Expected


def read_truth(path: Path) -> Expected:
    """The `expected` part of a truth.json. Raises TruthError, OSError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Truth).expected
    except msgspec.MsgspecError as error:
        raise TruthError(f"{path}: {error}") from error


class Compared(msgspec.Struct):
    """How many figures were compared, and a line for each that differs."""

    figures: int
    differences: list[str]


def compare(con: duckdb.DuckDBPyConnection, expected: Expected) -> Compared:
    """Every figure under `expected` against the reports and the quarantine."""
    figures, differences = 0, []
    shops = sorted({row["shop_id"] for row in expected.shop_days})
    for name, told, found in (
        ("shop_spend_daily", _told(expected.shop_days, _MONEY), _found(con, "reports.shop_spend_daily", _MONEY, shops)),
        ("touch_daily", _told(expected.touches, ("touches",)), _found(con, "reports.touch_daily", ("touches",), shops)),
        (
            "ad_spend_daily",
            _told(expected.ad_spend, ("ad_spend_minor",)),
            _found(con, "reports.ad_spend_daily", ("ad_spend_minor",), shops),
        ),
        (
            "order_updates_daily",
            _told(expected.order_updates, ("due", "sent"), "stage"),
            _found(con, "reports.order_updates_daily", ("due", "sent"), shops if expected.order_updates else [], "stage"),
        ),
        ("store_sale_daily", _told(expected.store_days, _STORE), _found(con, "reports.store_sale_daily", _STORE, shops)),
        ("own events", _told(expected.own_events, _EVENTS), _found(con, _OWN_EVENTS, _EVENTS, shops)),
        ("fx_rate_daily", _told(expected.fx_rates, ("rate_e9",)), _found(con, "reports.fx_rate_daily", ("rate_e9",), shops)),
        ("quarantine", _of_codes(expected.quarantine), _of_codes(_quarantined(con))),
    ):
        figures += len(told)
        differences += list(_differing(name, told, found))
    return Compared(figures, differences)


def _told(rows: list[dict[str, Any]], names: tuple[str, ...], *beside: str) -> dict[tuple[str, ...], int]:
    return {(row["shop_id"], row["day_on"], *(row[part] for part in beside), name): int(row[name]) for row in rows for name in names}


def _found(
    con: duckdb.DuckDBPyConnection, table: str, names: tuple[str, ...], shops: list[str], *beside: str
) -> dict[tuple[str, ...], int]:
    """The figures by shop, day and the columns `beside` those."""
    keys = ", ".join(("shop_id", "cast(day_on as varchar)", *beside))
    sums = ", ".join(f"cast(sum({name}) as bigint)" for name in names)
    rows = con.execute(f"select {keys}, {sums} from {table} where shop_id in (select unnest(?)) group by all", [shops]).fetchall()
    return {(*row[: -len(names)], name): value for row in rows for name, value in zip(names, row[-len(names) :], strict=True)}


def _quarantined(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return dict(con.execute("select reason, count(*) from raw.quarantine group by reason").fetchall())


def _of_codes(counts: dict[str, int]) -> dict[tuple[str, ...], int]:
    return {(code,): count for code, count in counts.items()}


def _differing(name: str, told: dict[tuple[str, ...], int], found: dict[tuple[str, ...], int]) -> Iterator[str]:
    for key in sorted(told.keys() | found.keys()):
        if told.get(key, 0) != found.get(key, 0):
            yield f"{name} {' '.join(key)}: expected {told.get(key, 0):,}, found {found.get(key, 0):,}"
