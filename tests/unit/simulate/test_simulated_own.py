"""What the simulated world tells in Threadmart's own formats: every kind of record, hashed contacts alone, a small share."""

from __future__ import annotations

from collections import Counter

from tests.unit.simulate.conftest import EVENTS, Told

KINDS = {
    *(("ad_log", event) for event in ("impression", "click")),
    *(("store_visit", visit) for visit in ("scan", "checkin")),
    *(("consent", state) for state in ("granted", "withdrawn")),
    *(("app_share", content) for content in ("gif", "clip", "sticker")),
    *(("fx", currency) for currency in ("CHF", "JPY", "KWD", "USD")),
}
WHAT = ("event", "visit", "state", "content")


def test_own_formats_tell_what_happens(told: Told) -> None:
    records = [
        (body["type"], record) for body in told.own for record in (body["data"] if isinstance(body["data"], list) else [body["data"]])
    ]
    kinds = Counter((source, next((record[name] for name in (*WHAT, "currency") if name in record), "")) for source, record in records)
    assert {kind for kind in KINDS if not kinds[kind]} == set()
    assert 0 < len(records) < EVENTS / 10
    receipts = [record for source, record in records if source == "store_sale"]
    assert any(record["gross"].startswith("-") for record in receipts), "a return"
    assert any("told_at" in record for record in receipts), "a correction"
    assert any(len(record["sold_at"]) == 19 for record in receipts), "a time of the till's wall"
    assert {"email", "phone"}.isdisjoint(name for _, record in records for name in record)
