"""Conversions API and offline events that a shop sent to Meta: `{"data": [...]}` bodies, kept as they were sent.

They repeat what a shop system, a till or a thread knows: a purchase with an order id is a telling of that order. Bodies sent to
Meta's test tool (`test_event_code`) are test traffic. `data` may be JSON in a string, as a form sends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from pipelines.sources.contract import Delivery, Outcome, Quarantined, Source
from pipelines.sources.conversions_api_events import NAME, event_rows
from pipelines.sources.conversions_api_format import Event, Id
from pipelines.sources.desk import Desk
from pipelines.sources.money import exact_number
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal, attempt, outcome_of
from pipelines.sources.rows import Row

_EVENT = frozenset({"event_name", "event_time"})
_SENT_WITH = frozenset({"partner_agent", "test_event_code", "upload_tag", "namespace_id"})


class _Body(msgspec.Struct):
    data: list[Any] | str
    dataset_id: Id = None
    pixel_id: Id = None
    test_event_code: str | None = None


_decode = msgspec.json.Decoder(Any, float_hook=exact_number).decode


def _recognises(body: Any, headers: Mapping[str, str]) -> bool:
    if not isinstance(body, dict):
        return False
    told = body.get("data")
    if isinstance(told, str):
        return told.lstrip().startswith("[") and '"event_name"' in told
    if isinstance(told, list):
        return _is_event(told[0]) if told else not _SENT_WITH.isdisjoint(body)
    return _is_event(body)


def _is_event(value: Any) -> bool:
    if isinstance(value, str):
        return '"event_name"' in value
    return isinstance(value, dict) and _EVENT.issubset(value)


def _normalise(delivery: Delivery, desk: Desk) -> Iterable[Outcome]:
    found = attempt(_events, delivery.body)
    if isinstance(found, Quarantined):
        yield found
        return
    body, events = found
    for told in events:
        yield outcome_of(_rows, told, body, desk)


def _events(text: bytes) -> tuple[_Body, list[Any]]:
    value = _decode(text)
    if isinstance(value, dict) and "data" not in value:
        return _Body([]), [value]
    body = msgspec.convert(value, _Body)
    events = _decode(body.data) if isinstance(body.data, str) else body.data
    if not isinstance(events, list):
        raise Refusal(Reason.WRONG_SHAPE, "data")
    if not events:
        raise Refusal(Reason.EMPTY_DELIVERY, "data")
    return body, events


def _rows(told: Any, body: _Body, desk: Desk) -> list[Row]:
    if body.test_event_code:
        raise Refusal(Reason.TEST_TRAFFIC, "test_event_code")
    event = msgspec.convert(_decode(told) if isinstance(told, str) else told, Event)
    event.dataset_id, event.pixel_id = event.dataset_id or body.dataset_id, event.pixel_id or body.pixel_id
    return event_rows(event, desk)


SOURCE = Source(NAME, _recognises, _normalise)
