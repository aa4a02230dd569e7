"""Visits to a shop's stores: a QR code scanned there, a loyalty card checked in (docs/formats.md)."""

from __future__ import annotations

from pipelines.sources.own_format import own_format
from pipelines.sources.own_record import Record
from pipelines.sources.references import link_ref
from pipelines.sources.rows import Row

NAME = "store_visit"

_VISITS = {"scan": "store_scan", "checkin": "store_checkin"}
_CHANNELS = {"store_scan": "store_qr", "store_checkin": "store_visit"}


def _rows(record: Record) -> list[Row]:
    occurred_ms = record.when("visited_at")
    kind = record.choice("visit", _VISITS)
    person_key, links = record.person(occurred_ms)
    return [record.touch(occurred_ms, kind, _CHANNELS[kind], person_key, ref=link_ref(record.shop, record.text("place"))), *links]


SOURCE, TABLE = own_format(NAME, {"visit", "visited_at"}, _rows)
