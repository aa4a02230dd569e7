"""Money against an independent reference: exact fractions, rounded half away from zero."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.money import EXPONENTS, InvalidMoney, currency_code, exact, line_amounts, minor, quotient, scaled

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "CLF", "USD", "TND", "KRW"])
AMOUNTS = st.decimals(-(10**11), 10**11, allow_nan=False, places=8)
PRICES = st.decimals(-(10**9), 10**9, allow_nan=False, places=6)


def half_away(value: Fraction) -> int:
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


@given(amount=AMOUNTS, currency=CURRENCIES)
def test_minor_units_are_the_exact_value_rounded_once(amount: Decimal, currency: str) -> None:
    assert minor(str(amount), currency) == half_away(Fraction(amount) * 10 ** EXPONENTS[currency])


@given(price=PRICES, quantity=st.integers(-100, 100), currency=CURRENCIES)
def test_a_line_and_its_rounding_are_its_exact_value(price: Decimal, quantity: int, currency: str) -> None:
    unit_micro, gross, rounding = line_amounts(price, quantity, currency)
    value = Fraction(price) * quantity
    assert Fraction(unit_micro, 10**6) == Fraction(price)
    assert gross == half_away(value * 10 ** EXPONENTS[currency])
    assert Fraction(gross, 10 ** EXPONENTS[currency]) + Fraction(rounding, 10**6) == value


@given(amount=st.floats(-(10**9), 10**9, allow_nan=False).filter(lambda value: value == 0 or abs(value) > 1e-9))
def test_a_float_is_what_it_prints_as(amount: float) -> None:
    assert exact(amount) == Decimal(repr(amount))


@given(numerator=st.integers(), denominator=st.integers(1))
def test_a_quotient_rounds_half_away_from_zero(numerator: int, denominator: int) -> None:
    assert quotient(numerator, denominator) == half_away(Fraction(numerator, denominator))


@given(told=st.one_of(st.text(), st.none(), st.booleans(), st.floats(), st.integers(), st.binary(), st.decimals(), st.lists(st.integers())))
def test_anything_is_an_amount_or_invalid_money(told: object) -> None:
    with contextlib.suppress(InvalidMoney):
        assert abs(minor(told, "EUR")) <= 10**14


@pytest.mark.parametrize("told", ["", "abc", "NaN", "Infinity", "1e12", "1e999999999", "-1000000000000", None, True, b"1", "1,50", "$40"])
def test_what_is_no_amount_is_refused(told: object) -> None:
    with pytest.raises(InvalidMoney):
        minor(told, "EUR")


@pytest.mark.parametrize(("price", "quantity"), [("0.0000001", 1), ("999999999999", 1_000_000)])
def test_a_line_that_64_bits_of_millionths_cannot_hold_is_refused(price: str, quantity: int) -> None:
    with pytest.raises(InvalidMoney):
        line_amounts(price, quantity, "EUR")


@pytest.mark.parametrize(
    ("value", "offset", "currency", "expected"),
    [(21000, 100, "INR", 21000), ("100", "100", "INR", 100), (210, 1, "JPY", 210), (5, 1000, "KWD", 5), (5, 1000, "EUR", 1)],
)
def test_value_and_offset(value: object, offset: object, currency: str, expected: int) -> None:
    assert scaled(value, offset, currency) == expected


def test_currencies_are_iso_4217_in_any_case() -> None:
    assert (currency_code(" usd "), currency_code("EURO"), currency_code(None), currency_code(5)) == ("USD", None, None, None)
    assert (EXPONENTS["JPY"], EXPONENTS["EUR"], EXPONENTS["KWD"], EXPONENTS["CLF"]) == (0, 2, 3, 4)
