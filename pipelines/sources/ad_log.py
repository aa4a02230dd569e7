"""Impressions, engaged views and clicks as an ad server logs them, person by person (docs/formats.md)."""

from __future__ import annotations

from typing import Any

from pipelines.sources.desk import DAY_MS
from pipelines.sources.own_format import own_format
from pipelines.sources.own_record import Record
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import advertisement, link_ref, word
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import AdName, Row

NAME = "ad_log"

_NAMES = ("ad_name", "adset_id", "adset_name", "campaign_id", "campaign_name")
_EVENTS = {"impression": "ad_impression", "engaged_view": "ad_engaged_view", "click": "ad_click"}


def _rows(record: Record) -> list[Row]:
    occurred_ms = record.when("occurred_at")
    ad_id = advertisement(record.shop, record.text("ad_id"))
    if ad_id is None:
        raise Refusal(Reason.MISSING_FIELD, "ad_id")
    kind = record.choice("event", _EVENTS)
    network = word(record.text("network"))
    click_id = record.text("click_id")
    person_key, links = record.person(occurred_ms)
    touch = record.touch(
        occurred_ms,
        kind,
        f"{network}_ads" if network else "ads",
        person_key,
        ad_id=ad_id,
        ref=link_ref(record.shop, record.text("ref")),
        click_key=record.shop.hashed("click", click_id) if click_id else None,
    )
    return [touch, *_names(record, ad_id, occurred_ms), *links]


def _names(record: Record, ad_id: str, occurred_ms: int) -> list[AdName]:
    """What the ad runs in; told alike all day, it is one row a day."""
    told = {field: record.text(field) for field in _NAMES}
    if not any(told.values()):
        return []
    base: dict[str, Any] = record.base(occurred_ms) | {"occurred_ms": record.shop.day(occurred_ms) * DAY_MS} | told
    return [AdName(**base, account_id=record.asset_id, ad_id=ad_id)]


SOURCE, TABLE = own_format(NAME, {"ad_id", "event", "occurred_at"}, _rows)
