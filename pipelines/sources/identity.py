"""That two names are one person, or are not: from a till, a CRM, or whoever mends a wrong merge (docs/formats.md)."""

from __future__ import annotations

from dataclasses import replace

from pipelines.sources.own_format import own_format
from pipelines.sources.own_record import ANY_PERSON_FIELD, PERSON_FIELDS, Record
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import IdentityLink, Row

NAME = "identity"

_STATES = {"linked": "linked", "severed": "severed"}


def _rows(record: Record) -> list[Row]:
    occurred_ms = record.when("occurred_at")
    state = record.choice("state", _STATES)
    field = record.choice("same_as", dict(zip(PERSON_FIELDS, PERSON_FIELDS, strict=True)))
    same = replace(record, told={field: record.required("same_as_value"), "customer_of": record.text("customer_of")})
    (one, links), (other, _) = record.person(occurred_ms), same.person(occurred_ms)
    if one is None or other is None:
        raise Refusal(Reason.MISSING_FIELD, ANY_PERSON_FIELD)
    if one == other:
        raise Refusal(Reason.WRONG_SHAPE, "same_as_value: the name that the record tells already")
    told = {**record.base(occurred_ms), "reason": "told", "state": state}
    link = IdentityLink(**told, person_key=one, linked_key=other)
    if state == "linked":
        return [link, *links]
    return [link, IdentityLink(**told, person_key=other, linked_key=one)]  # whichever way round it was linked


SOURCE, TABLE = own_format(NAME, {"same_as", "same_as_value", "state", "occurred_at"}, _rows)
