"""A text -> its intent, by sums of whole numbers, so that every machine says the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files
from itertools import repeat
from struct import unpack
from typing import NamedTuple

from pipelines.intents.features import phrase_features, word_features, words_of
from pipelines.intents.labels import OTHER

_LANE_BITS = 32
_LONGEST_REMEMBERED = 80  # characters: what is longer is seldom said twice
_REMEMBERED_TEXTS = 8_192
_REMEMBERED_WORDS = 32_768


class Model(NamedTuple):
    """Weights by feature. Those of one feature for all intents are one number, each in a lane of 32 bits, so that one addition
    adds them all; `origin` lifts every lane above zero."""

    intents: tuple[str, ...]
    weights: dict[str, int]
    origin: int
    least_lead: int  # by which the best must beat the second, else it is `other`


def customer_intent(text: str | None, is_outgoing: bool) -> str | None:
    """The intent of a message that may be the business's or wordless: None then."""
    return None if is_outgoing or not text else intent_of(text)


def intent_of(text: str) -> str:
    """What a customer's message wants: one of INTENTS. Case, punctuation and white space around it do not matter."""
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _judged(text)


def intent_by(model: Model, text: str) -> str:
    """What another model than the package's own says."""
    return _best(model, words_of(text), lambda word: _word_weight(model, word))


@cache
def own_model() -> Model:
    """The model of the package, read at the first message."""
    return parse_model(files(__package__).joinpath("model.tsv").read_text(encoding="utf-8"))


def parse_model(text: str) -> Model:
    """A model file: version and least lead, then the intents, then a feature and its weights a line."""
    settings, heading, *lines = text.splitlines()
    intents = tuple(heading.split("\t")[1:])
    weights = {}
    for line in lines:
        feature, *columns = line.split("\t")
        weights[feature] = sum(int(weight) << (_LANE_BITS * lane) for lane, weight in enumerate(columns) if weight)
    origin = sum(1 << (_LANE_BITS * lane + _LANE_BITS - 1) for lane in range(len(intents)))
    return Model(intents, weights, origin, int(settings.split("\t")[3]))


def _judged(text: str) -> str:
    return _best(own_model(), words_of(text), _remembered_word)


def _best(model: Model, words: list[str], word_weight: Callable[[str], int]) -> str:
    if not words:
        return OTHER
    intents, weights, origin, least_lead = model
    total = origin + sum(map(word_weight, words)) + sum(map(weights.get, phrase_features(words), repeat(0)))
    lanes = unpack(f"<{len(intents)}I", total.to_bytes(len(intents) * _LANE_BITS // 8, "little"))
    *_, second, best = sorted(lanes)
    return intents[lanes.index(best)] if best - second >= least_lead else OTHER


def _word_weight(model: Model, word: str) -> int:
    return sum(map(model.weights.get, word_features(word), repeat(0)))


_remembered = lru_cache(_REMEMBERED_TEXTS)(_judged)
_remembered_word = lru_cache(_REMEMBERED_WORDS)(lambda word: _word_weight(own_model(), word))
