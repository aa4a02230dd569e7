"""Decoding documents into typed structs, with the reason of a refusal as exact as the decoder knows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal

Document = TypeVar("Document")

_REASONS = {
    "Invalid decimal": Reason.INVALID_MONEY,
    "Invalid RFC3339": Reason.INVALID_TIMESTAMP,
    "Object missing required field": Reason.MISSING_FIELD,
}


def decoded(decode: Callable[[Any], Document], told: Any) -> Document:
    """What `decode` makes of a document. Raises Refusal for a field that breaks its type, DecodeError for what is not JSON."""
    try:
        return decode(told)
    except msgspec.ValidationError as error:
        message = str(error)  # names types and paths, never values
        reason = next((reason for start, reason in _REASONS.items() if message.startswith(start)), Reason.WRONG_SHAPE)
        raise Refusal(reason, message) from None
