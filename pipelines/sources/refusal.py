"""Refusing one record: readers raise, `attempt` turns what they raise into a quarantined record."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

from pipelines.sources.contract import Quarantined
from pipelines.sources.money import InvalidMoney
from pipelines.sources.quarantine import Reason

_PATH = re.compile(r" - at `\$\.?([^`]*)`")

Read = TypeVar("Read")


class Refusal(Exception):
    """A record that cannot be loaded. `field` names the place, never its value."""

    def __init__(self, reason: Reason, field: str = "") -> None:
        super().__init__(reason, field)
        self.reason = reason
        self.field = field


def attempt(read: Callable[..., Read], *arguments: object) -> Read | Quarantined:
    """What `read` returns, or why its record is refused."""
    try:
        return read(*arguments)
    except Refusal as refusal:
        return Quarantined(refusal.reason, refusal.field)
    except InvalidMoney:
        return Quarantined(Reason.INVALID_MONEY)
    except msgspec.ValidationError as error:
        path = _PATH.search(str(error))
        return Quarantined(Reason.WRONG_SHAPE, path[1] if path else "")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Quarantined(Reason.MALFORMED_JSON)
