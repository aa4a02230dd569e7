"""Threadmart's own formats (docs/formats.md): bodies by Standard Webhooks, or flat tables with the same names.

A body is `{"type": "store_sale", "timestamp": "<RFC 3339>", "data": {...} | [{...}, ...]}`; each item of `data` is a record.
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from pipelines.sources.contract import Delivery, Outcome, Quarantined, Source, TableSource
from pipelines.sources.desk import Desk
from pipelines.sources.money import exact_number
from pipelines.sources.own_record import Fields, Record, record_of
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal, attempt, outcome_of
from pipelines.sources.rows import Row

_decode = msgspec.json.Decoder(float_hook=exact_number).decode


class OwnFormat(NamedTuple):
    """The two ways in which the same records are told."""

    source: Source
    table: TableSource


def own_format(name: str, columns: set[str], rows: Callable[[Record], Iterable[Row]]) -> OwnFormat:
    """A format whose records name their sender as `asset`.

    A flat table is recognised by `columns`; `rows` returns the rows of a record, its primary one first, or raises Refusal.
    """
    return format_without_asset(name, columns | {"asset"}, lambda fields, desk: rows(record_of(fields, desk)))


def format_without_asset(name: str, columns: set[str], rows: Callable[[Fields, Desk], Iterable[Row]]) -> OwnFormat:
    """A format whose records belong to no shop."""

    def recognises(body: Any, headers: Mapping[str, str]) -> bool:
        if not isinstance(body, dict):
            return False
        return body.get("type") == name if "data" in body else columns <= body.keys()

    def normalise(delivery: Delivery, desk: Desk) -> Iterable[Outcome]:
        told = attempt(_records, delivery.body)
        if isinstance(told, Quarantined):
            yield told
            return
        records, sent_at = told
        for record in records:
            yield outcome_of(read, record, sent_at, desk)

    def normalise_row(cells: Mapping[str, Any], desk: Desk) -> Outcome:
        return outcome_of(read, cells, None, desk)

    def read(told: Any, sent_at: Any, desk: Desk) -> Iterable[Row]:
        if not isinstance(told, Mapping):
            raise Refusal(Reason.WRONG_SHAPE, "data: a record is an object")
        return rows(Fields(name, told, sent_at), desk)

    return OwnFormat(
        Source(name, recognises, normalise),
        TableSource(name, lambda names: columns <= set(names), normalise_row),
    )


def _records(body: bytes) -> tuple[list[Any], Any]:
    """The records of a body and its timestamp; a flat object is a record itself."""
    told = _decode(body)
    if not isinstance(told, dict):
        raise Refusal(Reason.WRONG_SHAPE, "a body is an object")
    if "data" not in told:
        return [told], None
    records = told["data"] if isinstance(told["data"], list) else [told["data"]]
    if not records:
        raise Refusal(Reason.EMPTY_DELIVERY, "data")
    return records, told.get("timestamp")
