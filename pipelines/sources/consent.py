"""Consent that a person granted or withdrew, for a purpose, on a legal basis, with its proof (docs/formats.md)."""

from __future__ import annotations

import re

from pipelines.sources.own_format import own_format
from pipelines.sources.own_record import ANY_PERSON_FIELD, Record
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import order_number_ref, parameter
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import ConsentEvent, Row

NAME = "consent"

_STATES = {"granted": "granted", "withdrawn": "withdrawn"}
_WORD = re.compile(r"[a-z][a-z_]{0,31}")


def _rows(record: Record) -> list[Row]:
    occurred_ms = record.when("occurred_at")
    person_key, links = record.person(occurred_ms)
    if person_key is None:
        raise Refusal(Reason.MISSING_FIELD, ANY_PERSON_FIELD)
    event = ConsentEvent(
        **record.base(occurred_ms),
        person_key=person_key,
        purpose=_word(record.required("purpose"), "purpose"),
        state=record.choice("state", _STATES),
        basis=_word(record.text("basis") or "consent", "basis"),
        order_ref=order_number_ref(record.text("order")),
        proof=parameter(record.shop, record.text("proof")),
    )
    return [event, *links]


def _word(told: str, field: str) -> str:
    """A consent for a purpose that cannot be told from others would be no consent, so there is no `other`."""
    if not _WORD.fullmatch(told.lower()):
        raise Refusal(Reason.WRONG_SHAPE, f"{field}: expected a word such as marketing_messages")
    return told.lower()


SOURCE, TABLE = own_format(NAME, {"purpose", "state", "occurred_at"}, _rows)
