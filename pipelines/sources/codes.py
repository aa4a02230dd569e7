"""Payment methods and categories: lists that every shop writes in its own words. Each word becomes one short code, safe to store."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

# Two digits at the most, and only behind a letter: `przelewy24` is a method, `2345` the end of somebody's card.
_METHOD = re.compile(r"[^\W\d_]+(?:\d{1,2}(?!\d))?")
_CATEGORY = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[\[\]\",;]+")
_MOST_METHOD, _MOST_CATEGORY = 40, 100
_UNNAMED = "other"


def payment_method(*told: Any) -> str | None:
    """The code of the first text that is told: `Visa 2345` is `visa`, `Apple Pay` is `apple_pay`. Text without a word is `other`."""
    text = _first(told)
    return None if text is None else _folded(text, _METHOD, _MOST_METHOD)


def payment_methods(told: Iterable[Any] | None) -> str | None:
    """The code of an order that was paid in several ways, told as a list or as the text of one: each once, by name, as in
    `gift_card+paypal`."""
    listed = _BETWEEN.split(told) if isinstance(told, str) else told or ()
    codes = {code for each in listed if (code := payment_method(each))}
    return "+".join(sorted(codes)) or None


def category(*told: Any) -> str | None:
    """The code of the first category that is told: `Home & Garden > Vases` is `home_garden_vases`."""
    text = _first(told)
    return None if text is None else _folded(text, _CATEGORY, _MOST_CATEGORY)


def _first(told: Iterable[Any]) -> str | None:
    return next((each for each in told if isinstance(each, str) and each.strip()), None)


@lru_cache(4096)
def _folded(text: str, word: re.Pattern[str], most: int) -> str:
    words = [] if "@" in text else word.findall(text.lower())
    return "_".join(words)[:most].rstrip("_") or _UNNAMED
