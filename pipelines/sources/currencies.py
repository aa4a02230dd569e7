"""The currency a record tells, or why the record is refused."""

from __future__ import annotations

from typing import Any

from pipelines.sources.money import currency_code
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal


def currency_of(told: Any, field: str) -> str:
    """The ISO 4217 code told. Raises Refusal where there is none, or no such currency."""
    if told is None:
        raise Refusal(Reason.MISSING_FIELD, field)
    code = currency_code(told)
    if code is None:
        raise Refusal(Reason.INVALID_CURRENCY, field)
    return code
