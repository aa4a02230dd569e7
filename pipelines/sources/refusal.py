"""Refusing one record: readers raise, `attempt` turns what they raise into a quarantined record."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from pipelines.sources.contract import Quarantined
from pipelines.sources.money import InvalidMoney
from pipelines.sources.quarantine import Reason

_PATH = re.compile(r" - at `\$\.?([^`]*)`")

_FAULTS = {
    "Invalid decimal": Reason.INVALID_MONEY,
    "Invalid RFC3339": Reason.INVALID_TIMESTAMP,
    "Object missing required field": Reason.MISSING_FIELD,
}

Read = TypeVar("Read")


class Refusal(Exception):
    """A record that cannot be loaded. `field` names the place, never its value."""

    def __init__(self, reason: Reason, field: str = "") -> None:
        super().__init__(reason, field)
        self.reason = reason
        self.field = field


def decoded(decode: Callable[[Any], Read], told: Any) -> Read:
    """What `decode` makes of a part of a record. Raises Refusal for a field that breaks its type, DecodeError for what is not JSON."""
    try:
        return decode(told)
    except msgspec.ValidationError as error:
        raise Refusal(*_fault(error)) from None


def _fault(error: msgspec.ValidationError) -> tuple[Reason, str]:
    """Reason and place of what breaks a type. The decoder's messages name types and paths, never values."""
    message = str(error)
    path = _PATH.search(message)
    reason = next((reason for start, reason in _FAULTS.items() if message.startswith(start)), Reason.WRONG_SHAPE)
    return reason, path[1] if path else "" if reason is Reason.WRONG_SHAPE else message


def attempt(read: Callable[..., Read], *arguments: object) -> Read | Quarantined:
    """What `read` returns, or why its record is refused."""
    try:
        return read(*arguments)
    except Refusal as refusal:
        return Quarantined(refusal.reason, refusal.field)
    except InvalidMoney:
        return Quarantined(Reason.INVALID_MONEY)
    except msgspec.ValidationError as error:
        return Quarantined(*_fault(error))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Quarantined(Reason.MALFORMED_JSON)
