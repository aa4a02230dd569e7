"""Google Analytics 4: rows of the BigQuery export (JSONL, JSON, Parquet), flattened rows, Measurement Protocol bodies.

One record is one event. GA4 repeats what a shop system knows: its purchases are tellings of the order with that number. The
asset is the stream, else the host of the page. https://developers.google.com/analytics/devguides/collection/protocol/ga4
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from pipelines.sources.contract import Delivery, Outcome, Quarantined, Source, TableSource
from pipelines.sources.desk import Desk
from pipelines.sources.ga4_events import NAME, event_rows
from pipelines.sources.ga4_format import Event
from pipelines.sources.ga4_tellings import export_event, flat_event, protocol_event
from pipelines.sources.inbox import Inbox
from pipelines.sources.money import exact_number
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal, attempt, outcome_of
from pipelines.sources.rows import Row
from pipelines.sources.tables import distinct_names

_EXPORT = frozenset({"event_name", "event_timestamp"})
_FLAT = frozenset({"name", "timestamp", "user_pseudo_id", "bundle_sequence_id"})
_CLIENTS = ("client_id", "app_instance_id")
_decode = msgspec.json.Decoder(Any, float_hook=exact_number).decode


def _recognises(body: Any, headers: Mapping[str, str]) -> bool:
    if isinstance(body, list):
        body = body[0] if body else None
    return isinstance(body, dict) and (_EXPORT.issubset(body) or _is_protocol(body) or _is_flat_row(body))


def _is_protocol(body: Mapping[str, Any]) -> bool:
    return isinstance(body.get("events"), list) and any(name in body for name in _CLIENTS)


def _is_flat_row(body: Mapping[str, Any]) -> bool:
    """A flattened row as two lists, which is how one keeps a header that names a column twice."""
    columns = body.get("columns")
    return isinstance(body.get("row"), list) and isinstance(columns, list) and _FLAT.issubset(map(str, columns))


def _normalise(delivery: Delivery, desk: Desk) -> Iterable[Outcome]:
    told = attempt(_decode, delivery.body)
    if isinstance(told, Quarantined):
        yield told
        return
    for body in told if isinstance(told, list) else [told]:
        if isinstance(body, dict) and _is_protocol(body):
            yield from _protocol_outcomes(body, delivery.received_ms, desk)
        else:
            yield outcome_of(_document_rows, body, desk)


def _protocol_outcomes(body: dict[str, Any], received_ms: int, desk: Desk) -> Iterable[Outcome]:
    if not body["events"]:
        yield Quarantined(Reason.EMPTY_DELIVERY, "events")
    for position, event in enumerate(body["events"]):
        yield outcome_of(_rows, lambda told, at=position: protocol_event(body, told, at, received_ms), event, desk)


def _document_rows(body: Any, desk: Desk) -> list[Row]:
    if isinstance(body, dict) and _is_flat_row(body):
        columns = distinct_names(map(str, body["columns"]))
        if len(columns) != len(body["row"]):
            raise Refusal(Reason.MALFORMED_ROW, f"{len(body['row'])} cells, {len(columns)} in the header")
        return _rows(flat_event, dict(zip(columns, body["row"], strict=True)), desk)
    return _rows(export_event, body, desk)


def _rows(read: Callable[[Mapping[str, Any]], Event], body: Any, desk: Desk) -> list[Row]:
    """The rows of one event. Raises Refusal."""
    if not isinstance(body, dict):
        raise Refusal(Reason.WRONG_SHAPE, "an event is an object")
    try:
        event = read(body)
    except (AttributeError, KeyError, TypeError) as error:
        raise Refusal(Reason.WRONG_SHAPE, "a nested field") from error
    return event_rows(event, Inbox(NAME, event.asset_id, desk.shop(NAME, event.asset_id)))


SOURCE = Source(NAME, _recognises, _normalise)
EXPORT = TableSource(NAME, _EXPORT.issubset, lambda row, desk: outcome_of(_rows, export_event, row, desk))
FLATTENED = TableSource(NAME, _FLAT.issubset, lambda row, desk: outcome_of(_rows, flat_event, row, desk))
