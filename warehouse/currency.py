"""Money as people read it: the ISO 4217 exponent of a currency, and integer minor units as text and back.

The text suits every locale: groups of three are parted by a narrow no-break space, decimals by a point, and a
negative amount starts with a minus sign (SI brochure, 5.4.4).
"""

from __future__ import annotations

_OTHER_THAN_2 = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS = {code: digits for digits, codes in _OTHER_THAN_2.items() for code in codes.split()}

GROUP = "\u202f"
MINUS = "\u2212"


def exponent(currency: str) -> int:
    """Digits after the point of `currency` (JPY 0, EUR 2, KWD 3)."""
    return _EXPONENTS.get(currency, 2)


def amount(minor: int, currency: str) -> str:
    """Minor units -> major units as text: 1234567 EUR is `12 345.67`."""
    return decimal_text(minor, exponent(currency))


def money(minor: int, currency: str) -> str:
    """`amount` with its currency code behind a no-break space: `12 345.67 EUR`."""
    return f"{amount(minor, currency)}\u00a0{currency}"


def decimal_text(units: int, digits: int) -> str:
    """An integer number of 10^-digits as grouped text: 1234567 with 2 digits is `12 345.67`."""
    whole, fraction = divmod(abs(units), 10**digits)
    sign = MINUS if units < 0 else ""
    text = f"{sign}{whole:,}".replace(",", GROUP)
    return f"{text}.{fraction:0{digits}d}" if digits else text


def minor_of(text: str, currency: str) -> int:
    """The minor units that `amount` or `money` wrote. Raises ValueError where the text has other digits than the currency."""
    plain = text.removesuffix(f"\u00a0{currency}").replace(GROUP, "").replace(MINUS, "-")
    whole, _, fraction = plain.partition(".")
    if len(fraction) != exponent(currency):
        raise ValueError(f"{text!r} is not an amount of {currency}")
    return int(whole + fraction)
