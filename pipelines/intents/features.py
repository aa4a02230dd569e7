"""A text as features: its words, the letters within them, neighbouring words, how many there are.

One normal form for what people type on different keyboards: no case, no accents, `ä`, `ae` and `a` alike, any number as `0`,
no punctuation, no letters but Latin ones. Emoji are words.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_LONGEST_TEXT = 10_000  # characters looked at
_MOST_WORDS = 60
_WORD = re.compile(r"[a-z]{1,24}|[0-9]+|[\u2600-\u27bf\U0001f300-\U0001f3fa\U0001f400-\U0001faff]")
_ACCENT = re.compile("[\u0300-\u036f]+")
_SIZES = (3, 4, 5)


def words_of(text: str) -> list[str]:
    """The words of a text in normal form; none where nobody wrote a Latin letter, a digit or an emoji."""
    text = text.lstrip()[:_LONGEST_TEXT]
    if not text.isascii():
        # Only a lower-case sharp s has a plain upper case, and so has the dotless i.
        text = _ACCENT.sub("", unicodedata.normalize("NFKD", text)).lower().upper()
    text = text.lower().replace("ae", "a").replace("oe", "o").replace("ue", "u")
    return ["0" if word.isdigit() else word for word in _WORD.findall(text)[:_MOST_WORDS]]


def word_features(word: str) -> list[str]:
    """The word and its letter n-grams, `<` and `>` standing for its ends."""
    bounded = f"<{word}>"
    if len(word) < _SIZES[0]:
        return [bounded]
    grams = {bounded[start : start + size] for size in _SIZES for start in range(len(bounded) - size + 1)}
    return [bounded, *sorted(grams - {bounded})]


def phrase_features(words: list[str]) -> list[str]:
    """Neighbouring words, `^` and `$` standing for the ends of the text, and how many words there are."""
    return [f"{left} {right}" for left, right in pairwise(("^", *words, "$"))] + [f"#{min(len(words), 8)}"]


def features_of(text: str) -> list[str]:
    """All features of a text, one for each time it has them."""
    words = words_of(text)
    return [feature for word in words for feature in word_features(word)] + phrase_features(words)
