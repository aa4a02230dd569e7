"""Exact money: decimals in, integer minor units out. No float touches an amount."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from warehouse.currency import EXPONENTS, quotient

_EXACT = Context(prec=60)
MICRO = 1_000_000
_GREATEST_MAGNITUDE = 11  # of major units, so that millionths fit 64 bits
_GREATEST_MICRO = 10 ** (_GREATEST_MAGNITUDE + 7)


class InvalidMoney(ValueError):
    """An amount that is not a finite decimal number, or does not fit its currency."""


def currency_code(told: Any) -> str | None:
    """The ISO 4217 code of what a source told (`usd` is `USD`), or None where it is not one."""
    code = told.strip().upper() if isinstance(told, str) else None
    return code if code in EXPONENTS else None


def exact(told: Any) -> Decimal:
    """A decimal from a JSON number, a decimal string or a float of a table (its shortest repr). Raises InvalidMoney."""
    if isinstance(told, bool) or told is None:
        raise InvalidMoney(f"{told!r} is not an amount")
    try:
        value = told if isinstance(told, Decimal) else Decimal(repr(told) if isinstance(told, float) else str(told).strip())
    except InvalidOperation:
        raise InvalidMoney("not a decimal number") from None
    if not value.is_finite() or abs(value.adjusted()) > _GREATEST_MAGNITUDE:
        raise InvalidMoney("not a finite amount below 10^12")
    return value


def minor(told: Any, currency: str) -> int:
    """Major units as told -> integer minor units, rounded once, half away from zero. Raises InvalidMoney."""
    return int(exact(told).scaleb(EXPONENTS[currency], _EXACT).quantize(Decimal(1), ROUND_HALF_UP, _EXACT))


def line_amounts(unit_price: Any, quantity: int, currency: str) -> tuple[int, int, int]:
    """(unit_price_micro, gross_minor, line_rounding_micro) of a line.

    The exact line value is `gross_minor` in millionths plus `line_rounding_micro`; the line is rounded once.
    Raises InvalidMoney where the unit price is finer than a millionth of a major unit, or the line too large.
    """
    told_micro = exact(unit_price).scaleb(6, _EXACT)
    unit_micro = int(told_micro)
    if unit_micro != told_micro:
        raise InvalidMoney("unit price finer than a millionth")
    value_micro = unit_micro * quantity
    if abs(value_micro) >= _GREATEST_MICRO:
        raise InvalidMoney("a line is below 10^12")
    micro_per_minor = 10 ** (6 - EXPONENTS[currency])
    gross = quotient(value_micro, micro_per_minor)
    return unit_micro, gross, value_micro - gross * micro_per_minor


def total_amounts(line_total: Any, quantity: int, currency: str) -> tuple[int, int, int]:
    """`line_amounts` of a line that tells its total. The unit price is the total where that does not divide by the quantity."""
    total_micro, gross_minor, rounding_micro = line_amounts(line_total, 1, currency)
    divides = quantity and total_micro % quantity == 0
    return (total_micro // quantity if divides else total_micro), gross_minor, rounding_micro


def exact_number(text: str) -> Decimal | str:
    """A JSON number with a fraction or exponent, exactly; left as text where no decimal can hold it."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def scaled(value: Any, offset: Any, currency: str) -> int:
    """WhatsApp payments: `value` / `offset` major units -> minor units. Raises InvalidMoney."""
    divisor = exact(offset)
    if divisor <= 0:
        raise InvalidMoney("offset is not positive")
    return minor(exact(value) / divisor, currency)
