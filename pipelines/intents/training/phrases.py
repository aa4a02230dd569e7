"""Our own phrases: what they stand for, written out, with what people put around them and the way they mistype.

A line of `phrases/<language>/<intent>.txt` is a template: `(a|b|)` is one of these or nothing, `{ware}` a word of slots.toml.
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from itertools import cycle, islice
from random import Random
from typing import NamedTuple

from pipelines.intents.labels import INTENTS

LANGUAGES = ("de", "en")
_FOLDER = files(__package__)
_PART = re.compile(r"\(([^)]*)\)|\{([a-z]+)\}|([^({]+)")
_SLOT = re.compile(r"\{([a-z]+)\}")
_FILLINGS = 3  # of an alternative that has slots
_MOST_VARIANTS = 12  # of a template, unless a list of alternatives is longer: each is taken at least once
_TYPO_SHARE, _OPENING_SHARE, _CLOSING_SHARE = 0.25, 0.25, 0.2
_BARE = frozenset({"greeting", "thanks", "confirm", "decline", "other"})  # for "hello, thanks" is another intent than "hello"


class Phrase(NamedTuple):
    text: str
    intent: str
    language: str


def templates(language: str, intent: str) -> list[str]:
    """The lines of a phrase file."""
    return _FOLDER.joinpath("phrases", language, f"{intent}.txt").read_text(encoding="utf-8").splitlines()


def training_phrases() -> list[Phrase]:
    """Every template of every intent and language written out, always in the same order."""
    slots = tomllib.loads(_FOLDER.joinpath("slots.toml").read_text(encoding="utf-8"))
    return [
        Phrase(_as_typed(text, intent, slots[language]), intent, language)
        for language in LANGUAGES
        for intent in INTENTS
        for template in templates(language, intent)
        for text in variants(template, slots[language])
    ]


def held_out_phrases() -> list[Phrase]:
    """Phrases that no template was made from and that training never sees."""
    return [
        Phrase(text, intent, language)
        for language in LANGUAGES
        for intent, texts in tomllib.loads(_FOLDER.joinpath("held_out", f"{language}.toml").read_text(encoding="utf-8")).items()
        for text in texts
    ]


def variants(template: str, slots: dict[str, list[str]]) -> list[str]:
    """What a template stands for, a fair choice where that is too much."""
    chance = Random(template)
    options: list[list[str]] = []
    for alternatives, slot, plain in _PART.findall(template):
        texts = slots[slot] if slot else [plain] if plain else [each for part in alternatives.split("|") for each in _filled(part, slots)]
        options.append(texts)
    count = max(_MOST_VARIANTS if len(options) > 1 else 1, *map(len, options))
    columns = [islice(cycle(chance.sample(texts, len(texts))), count) for texts in options]
    return list(dict.fromkeys(" ".join("".join(parts).split()) for parts in zip(*columns, strict=True)))


def _filled(text: str, slots: dict[str, list[str]]) -> list[str]:
    """An alternative with its slots filled, each with a few words."""
    names = _SLOT.findall(text)
    chance = Random(text)
    fillings = [{name: chance.choice(slots[name]) for name in names} for _ in range(_FILLINGS if names else 1)]
    return [_SLOT.sub(lambda slot, words=words: words[slot[1]], text) for words in fillings]  # type: ignore[misc]


def _as_typed(text: str, intent: str, slots: dict[str, list[str]]) -> str:
    """A phrase with a typo, a greeting before it or a thanks after it, now and then."""
    chance = Random(f"{intent} {text}")
    if chance.random() < _TYPO_SHARE:
        text = _mistyped(text, chance)
    if intent in _BARE:
        return text
    opening = chance.choice(slots["opening"]) if chance.random() < _OPENING_SHARE else ""
    closing = chance.choice(slots["closing"]) if chance.random() < _CLOSING_SHARE else ""
    return f"{opening} {text} {closing}".strip()


def _mistyped(text: str, chance: Random) -> str:
    """One letter of a longer word lost, doubled or changed for its neighbour."""
    places = [match.start() + offset for match in re.finditer(r"\w{5,}", text) for offset in range(1, len(match[0]) - 1)]
    if not places:
        return text
    at = chance.choice(places)
    slips = (text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:], text[:at] + text[at + 1] + text[at] + text[at + 2 :])
    return chance.choice(slips)
