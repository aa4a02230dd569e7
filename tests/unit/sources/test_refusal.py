"""One fault has one code, whichever reader meets it, and what is told of it holds no value."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given

from pipelines.sources.contract import Loaded, Quarantined
from pipelines.sources.money import InvalidMoney
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal, attempt, outcome_of
from pipelines.sources.rows import Row
from tests.messaging import JSON


class Part(msgspec.Struct):
    price: Decimal
    made_at: datetime | None = None


class Record(msgspec.Struct):
    parts: list[Part]
    note: str | None = None


DECODE = msgspec.json.Decoder(Record).decode


@pytest.mark.parametrize(
    ("told", "reason", "field"),
    [
        (b'{"parts": [{"price": "ten"}]}', Reason.INVALID_MONEY, "parts[0].price"),
        (b'{"parts": [{"price": "1", "made_at": "soon"}]}', Reason.INVALID_TIMESTAMP, "parts[0].made_at"),
        (b'{"parts": [{}]}', Reason.MISSING_FIELD, "parts[0]"),
        (b"{}", Reason.MISSING_FIELD, "Object missing required field `parts`"),
        (b'{"parts": [], "note": 5}', Reason.WRONG_SHAPE, "note"),
        (b"5", Reason.WRONG_SHAPE, ""),
        (b'{"parts": ', Reason.MALFORMED_JSON, ""),
        (b'{"note": "\xff"}', Reason.MALFORMED_JSON, ""),
    ],
)
def test_a_fault_has_its_code_and_its_place(told: bytes, reason: Reason, field: str) -> None:
    assert attempt(DECODE, told) == outcome_of(DECODE, told) == Quarantined(reason, field)


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        (Refusal(Reason.ASSET_MISMATCH, "entry.id"), Quarantined(Reason.ASSET_MISMATCH, "entry.id")),
        (InvalidMoney("not a decimal number"), Quarantined(Reason.INVALID_MONEY)),
        (RecursionError(), Quarantined(Reason.MALFORMED_JSON)),
    ],
)
def test_what_a_reader_raises_is_a_refusal(error: Exception, refused: Quarantined) -> None:
    def read() -> list[Row]:
        raise error

    assert attempt(read) == outcome_of(read) == refused


def test_what_a_reader_returns_is_loaded() -> None:
    assert outcome_of(list, ()) == Loaded(())


@given(told=JSON)
def test_a_refusal_tells_no_value(told: Any) -> None:
    body = msgspec.json.encode({"parts": [{"price": told}], "note": told})
    refused = attempt(DECODE, body)
    if isinstance(refused, Quarantined):
        assert refused.field in ("parts[0].price", "note", "")
