"""Names by which sources know an order, a product, an ad: how each becomes one text that is safe to store."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from pipelines.sources.desk import Shop

_PHONE_MARKS = re.compile(r"[\s().+/-]+")
_PHONE = re.compile(r"[0-9]{6,15}")  # E.164 allows 15 digits
# Mobile numbers that WhatsApp may tell with one digit less or more than is dialled -> as they are dialled from abroad.
_DIALLED = (
    (re.compile(r"(55[1-9][1-9])([6-9][0-9]{7})"), r"\g<1>9\2"),  # Brazil: the 9 of 2012
    (re.compile(r"(52)1([0-9]{10})"), r"\1\2"),  # Mexico: the 1 until 2019
    (re.compile(r"(54)([123][0-9]{9})"), r"\g<1>9\2"),  # Argentina: the 9 before the area code
)
_ORDER_NUMBER = re.compile(r"[\w./-]{1,64}")
_SHOPIFY_ID = re.compile(r"[0-9]{1,20}")
_PRODUCT = re.compile(r"[^@+]{1,100}")  # Meta's limit of a retailer id; no address and no telephone number
_TELEPHONE = re.compile(r"[0-9]{7,15}")
_REORDER = re.compile(r"REORDER:(.+)", re.DOTALL)
_ORDER_UPDATE = re.compile(r"order:([^:]+)(?::(confirmation|shipping|delivery))?")
_OPT_IN = re.compile(r"order[_=-](.+)", re.DOTALL | re.IGNORECASE)
_PARAMETER = re.compile(r"[A-Za-z0-9_=-]{1,2083}")  # the alphabet and length Meta allows for `ref`
_WORD = re.compile(r"[a-z][a-z_]{0,31}")


def order_number_ref(told: Any) -> str | None:
    """`no:<number>` of the order number a customer sees: `#1017`, `1017` and ` #10 17 ` are one order.

    None where nothing is told (absent, or no character besides `#` and white space). Text that is no order number, such as an
    e-mail address typed in its place, is stored as a hash.
    """
    if told is None or isinstance(told, bool):
        return None
    number = "".join(str(told).replace("#", "").split()).casefold()
    if not number:
        return None
    return f"no:{number}" if _ORDER_NUMBER.fullmatch(number) else f"no:~{_digest(number)}"


def shopify_ref(told: int | str | None) -> str:
    """`shopify:<id>` of an id that Shopify gave. A table may hold any text in its place, which is stored as a hash."""
    text = str(told)
    return f"shopify:{text}" if _SHOPIFY_ID.fullmatch(text) else f"shopify:~{_digest(text)}"


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()


def offered_order_ref(payload: Any) -> str | None:
    """The order that a business message offers to repeat: its payload is `REORDER:<order number>`."""
    match = _REORDER.fullmatch(payload) if isinstance(payload, str) else None
    return order_number_ref(match[1]) if match else None


def updated_order(payload: Any) -> tuple[str | None, str | None]:
    """The order and the stage that a business message tells of: its payload is `order:<order number>`, or
    `order:<order number>:<stage>` with one of the stages confirmation, shipping and delivery."""
    match = _ORDER_UPDATE.fullmatch(payload) if isinstance(payload, str) else None
    return (order_number_ref(match[1]), match[2]) if match else (None, None)


def opted_in_order_ref(ref: Any) -> str | None:
    """The order behind a checkout opt-in: its `ref` is `order_<number>`, `order-<number>` or `order=<number>`."""
    match = _OPT_IN.fullmatch(ref) if isinstance(ref, str) else None
    return order_number_ref(match[1]) if match else None


def identifier(told: int | str | None) -> str | None:
    """An id told as a JSON string or integer, as its exact text; None where it is absent or empty."""
    if told is None or told == "":
        return None
    return told if type(told) is str else str(told)


def parameter(shop: Shop, told: int | str | None) -> str | None:
    """A link parameter or ad id. Text outside Meta's alphabet may be anything, so it is kept as a keyed hash."""
    if told is None:
        return None
    text = identifier(told)
    if text is None or _PARAMETER.fullmatch(text):
        return text
    return shop.hashed("parameter", text)


def link_ref(shop: Shop, told: int | str | None) -> str | None:
    """The `ref` of a link. Whoever opens a link may have written it, so what could be a telephone number is kept as a keyed hash."""
    text = None if told is None else parameter(shop, told)
    return shop.hashed("parameter", text) if text and _TELEPHONE.fullmatch(text) else text


def advertisement(shop: Shop, told: int | str | None) -> str | None:
    """An ad id; Meta writes 0 where there is no ad."""
    return None if told in (None, 0, "0") else parameter(shop, told)


def product(shop: Shop, *told: int | str | None) -> str | None:
    """The first product id told (retailer id before catalogue id). Longer than a product id can be: a keyed hash."""
    for candidate in told:
        text = (identifier(candidate) or "").strip()
        if text:
            return text if _PRODUCT.fullmatch(text) else shop.hashed("product", text)
    return None


def word(told: Any) -> str | None:
    """A value of an open list (`delivered`, `love`), in lower case; anything that is no such word is `other`."""
    if told is None or told == "":
        return None
    return _word(str(told))


@lru_cache(1024)
def _word(told: str) -> str:
    text = told.lower()
    return text if _WORD.fullmatch(text) else "other"


def phone(told: int | str | None) -> str | None:
    """The digits of a phone number in international form, without `+` or `00`, as it is dialled; None for anything else."""
    text = identifier(told)
    if text is None:
        return None
    digits = (text if text.isdigit() else _PHONE_MARKS.sub("", text)).removeprefix("00")
    if not _PHONE.fullmatch(digits):
        return None
    return _dialled(digits) if digits[0] == "5" else digits


def _dialled(digits: str) -> str:
    for pattern, shape in _DIALLED:
        if pattern.fullmatch(digits):
            return pattern.sub(shape, digits)
    return digits
