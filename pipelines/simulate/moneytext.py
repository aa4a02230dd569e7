"""Minor units as wire text: `1290` is "12.90" in EUR, "1290" in JPY, "1.290" in KWD."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from pipelines.sources.money import EXPONENTS


@lru_cache(maxsize=8192)
def amount(minor: int, currency: str) -> str:
    """A decimal string of major units."""
    exponent = EXPONENTS[currency]
    if exponent == 0:
        return str(minor)
    sign = "-" if minor < 0 else ""
    whole, rest = divmod(abs(minor), 10**exponent)
    return f"{sign}{whole}.{rest:0{exponent}d}"


def two_decimals(minor: int, currency: str) -> str:
    """Major units as Insights writes the value of purchases: two decimals in every currency, a third one cut off."""
    hundredths = minor * 100 // 10 ** EXPONENTS[currency]
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def number(minor: int, currency: str) -> msgspec.Raw:
    """The same as a JSON number, never through a float."""
    return msgspec.Raw(amount(minor, currency).encode())
