"""Times as Meta tells them: seconds or milliseconds, as an integer, a float, digits in a string, or ISO 8601."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from pipelines.sources.instants import END_MS, FIRST_MS, checked, since_epoch_ms

Time = int | float | str | None

_FIRST_S = FIRST_MS // 1000
_MILLISECONDS_FROM = 1_000_000_000_000  # as seconds this is the year 33658, as milliseconds 2001
_MOST_DIGITS = 16
_FRACTION = re.compile(r"[0-9]{1,16}\.[0-9]{1,12}")


def meta_ms(told: int | float | str, field: str = "timestamp") -> int:
    """The instant told, as UTC epoch milliseconds. Raises Refusal(invalid_timestamp) outside 2004 to 2100."""
    return instant_ms(number_of(told), field)


def number_of(told: int | float | str) -> int | Decimal:
    """The number that tells an instant; -1 where there is none."""
    return told if type(told) is int else _from_text(str(told).strip())


def instant_ms(number: int | Decimal, field: str = "timestamp") -> int:
    """`meta_ms` of the number that tells the instant."""
    if FIRST_MS <= number < END_MS:
        return int(number)
    return checked(int(number if number >= _MILLISECONDS_FROM else number * 1000), field)


def is_placeholder(number: int | Decimal) -> bool:
    """Whether a number stands where a time should, such as 0 or 1111111: an instant before the platforms began."""
    return 0 <= number < _FIRST_S


def _from_text(text: str) -> int | Decimal:
    """The number in digits, or milliseconds of ISO 8601 with an offset; -1 where the text is no instant."""
    if len(text) <= _MOST_DIGITS and text.isascii() and text.isdigit():
        return int(text)
    if _FRACTION.fullmatch(text):
        return Decimal(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return -1
    return since_epoch_ms(moment) if moment.tzinfo else -1
