"""Numbers, rates, days and axis marks as text. Every figure on a page is made here or in warehouse/currency.py."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from warehouse.currency import decimal_text, exponent, quotient

PPB = 1_000_000_000
NBSP = "\u00a0"
DASH = "\u2013"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(count: int) -> str:
    """`12 345`"""
    return decimal_text(count, 0)


def credited(ppb: int, digits: int) -> str:
    """Parts per billion of orders as orders, rounded half away from zero: `12.5`."""
    return decimal_text(quotient(ppb, PPB // 10**digits), digits)


def percent(part: int, whole: int) -> str:
    """`part / whole` with one decimal: `12.3 %`. Integers only, rounded half away from zero."""
    return f"{decimal_text(quotient(part * 1000, whole), 1)}{NBSP}%"


def rate_range(low: float, high: float) -> str:
    """An interval of rates 0..1, in percent."""
    return f"{low * 100:.1f}{DASH}{high * 100:.1f}{NBSP}%"


def minutes(told: float) -> str:
    """A time to wait, in the unit that fits: `40 s`, `12 min`, `3.5 h`."""
    if told < 1:
        return f"{round(told * 60)}{NBSP}s"
    return f"{round(told)}{NBSP}min" if told < 120 else f"{told / 60:.1f}{NBSP}h"


def span(hours: float) -> str:
    """A time between touch and order: as `minutes`, from two days on in days."""
    return minutes(hours * 60) if hours < 48 else f"{hours / 24:.1f}{NBSP}days"


def month(on: date) -> str:
    """`Nov 2026`"""
    return f"{_MONTHS[on.month - 1]}{NBSP}{on.year}"


def ratio(part: int, whole: int) -> str:
    """`part / whole` with two decimals: `3.21`."""
    return decimal_text(quotient(part * 100, whole), 2)


def day(on: date) -> str:
    """`7 Nov 2026`"""
    return f"{on.day}{NBSP}{_MONTHS[on.month - 1]}{NBSP}{on.year}"


def short_day(on: date) -> str:
    """`7 Nov`"""
    return f"{on.day}{NBSP}{_MONTHS[on.month - 1]}"


def days(first_on: date, last_on: date) -> str:
    """The first and the last of some days; the year once where it is the same."""
    return f"{short_day(first_on) if first_on.year == last_on.year else day(first_on)} {DASH} {day(last_on)}"


def moment(epoch_ms: int, zone: str) -> str:
    """A UTC epoch in milliseconds at the shop's clock: `7 Nov 2026, 23:41`."""
    at = datetime.fromtimestamp(epoch_ms // 1000, UTC).astimezone(ZoneInfo(zone))
    return f"{day(at.date())}, {at:%H:%M}"


def axis_marks(low: int, high: int, digits: int = 0) -> tuple[list[int], list[str]]:
    """Three to seven round marks that cover `low..high` (integers of 10^-digits) and zero, and their text."""
    low, high = min(low, 0), max(high, 0)
    span = max(high - low, 10**digits if digits else 4)
    high = max(high, low + span)
    base = 1
    while base * 10 * 4 <= span:
        base *= 10
    step = next(base * times for times in (1, 2, 5, 10, 20) if base * times * 5 >= span)
    marks = list(range(low // step * step, high + step, step))
    shown = 0 if step % 10**digits == 0 else digits
    return marks, [decimal_text(mark // 10 ** (digits - shown), shown) for mark in marks]


def money_marks(low: int, high: int, currency: str) -> tuple[list[int], list[str]]:
    """`axis_marks` of minor units, with major units as text."""
    return axis_marks(low, high, exponent(currency))


def shortened(text: str, length: int) -> str:
    """At most `length` characters, the last one an ellipsis where some are left out."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
