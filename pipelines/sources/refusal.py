"""Refusing one record: readers raise, `attempt` and `outcome_of` turn what they raise into a quarantined record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from pipelines.sources.contract import Loaded, Outcome, Quarantined
from pipelines.sources.money import InvalidMoney
from pipelines.sources.quarantine import Reason
from pipelines.sources.rows import Row

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


UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)  # what a decoder raises
FAULTS = (Refusal, InvalidMoney, *UNREADABLE)


class NeedsRaw(Exception):
    """An item that its decoded form does not tell whole; it is read again with all its keys."""


def attempt(read: Callable[..., Read], *arguments: object) -> Read | Quarantined:
    """What `read` returns, or why its record is refused."""
    try:
        return read(*arguments)
    except FAULTS as fault:
        return _refused(fault)


def outcome_of(read: Callable[..., Iterable[Row]], *arguments: object) -> Outcome:
    """The rows that `read` returns, the primary one first, or why their record is refused."""
    try:
        return Loaded(tuple(read(*arguments)))
    except FAULTS as fault:
        return _refused(fault)


def _refused(fault: Exception) -> Quarantined:
    if isinstance(fault, Refusal):
        return Quarantined(fault.reason, fault.field)
    if isinstance(fault, InvalidMoney):
        return Quarantined(Reason.INVALID_MONEY)
    return _breach(fault) if isinstance(fault, msgspec.ValidationError) else Quarantined(Reason.MALFORMED_JSON)


def _breach(error: msgspec.ValidationError) -> Quarantined:
    """Reason and place of what breaks a type. Of the decoder's messages only those of `_FAULTS` are told: they hold no value."""
    message = str(error)
    path = _PATH.search(message)
    reason = next((reason for start, reason in _FAULTS.items() if message.startswith(start)), None)
    if reason is None:
        return Quarantined(Reason.WRONG_SHAPE, path[1] if path else "")
    return Quarantined(reason, path[1] if path else message)
