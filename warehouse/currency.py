"""Money as people read it: the ISO 4217 exponent of a currency, integers rounded, and integer minor units as text and back.

The text suits every locale: groups of three are parted by a narrow no-break space, decimals by a point, and a
negative amount starts with a minus sign (SI brochure, 5.4.4).
"""

from __future__ import annotations

# ISO 4217 (list one, 2026): currencies whose exponent is not 2, and all other active codes.
_EXPONENT_0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_EXPONENT_3 = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENT_4 = "CLF UYW"
_EXPONENT_2 = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW"
    " CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF"
    " IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK"
    " MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP"
    " SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER"
    " XXX ZAR ZMW ZWG"
)
EXPONENTS: dict[str, int] = {
    code: exponent for exponent, codes in ((0, _EXPONENT_0), (2, _EXPONENT_2), (3, _EXPONENT_3), (4, _EXPONENT_4)) for code in codes.split()
}

GROUP = "\u202f"
MINUS = "\u2212"


def exponent(currency: str) -> int:
    """Digits after the point of `currency` (JPY 0, EUR 2, KWD 3)."""
    return EXPONENTS.get(currency, 2)


def quotient(numerator: int, denominator: int) -> int:
    """The quotient of integers rounded half away from zero; the denominator is above zero."""
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


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
