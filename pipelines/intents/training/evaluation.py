"""Precision, recall and F1 of a classifier on labelled texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from pipelines.intents.labels import INTENTS


class Score(NamedTuple):
    """How one intent fares; `support` texts have it. Rates are 0 to 1, and 0 where nothing was said."""

    intent: str
    precision: float
    recall: float
    support: int

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def scores(examples: Iterable[tuple[str, str]], classify: Callable[[str], str]) -> list[Score]:
    """One score for each intent that the examples have."""
    pairs = Counter((intent, classify(text)) for text, intent in examples)
    found = []
    for intent in INTENTS:
        support = sum(count for (told, _), count in pairs.items() if told == intent)
        said = sum(count for (_, guess), count in pairs.items() if guess == intent)
        right = pairs[intent, intent]
        if support:
            found.append(Score(intent, right / said if said else 0.0, right / support, support))
    return found


def macro_f1(found: list[Score]) -> float:
    """The mean F1 over the intents, each counting the same."""
    return sum(score.f1 for score in found) / len(found)


def accuracy(found: list[Score]) -> float:
    return sum(score.recall * score.support for score in found) / sum(score.support for score in found)
