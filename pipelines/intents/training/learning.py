"""Examples -> a model, in whole numbers only: the same examples make the same bytes on every machine.

An averaged passive-aggressive classifier (Crammer et al. 2006, "Online Passive-Aggressive Algorithms", multi-class PA-I): an
example moves the weights only as far as it needs to lead every other intent by a margin.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np

from pipelines.intents.features import features_of
from pipelines.intents.labels import INTENTS

VERSION = 1
_EPOCHS = 8
_MARGIN = 1 << 16
_LARGEST_STEP = _MARGIN // 64
_MOST_FEATURES = 10_000
_LARGE_WEIGHT = 99  # of one feature in fifty the largest weight is this or more
_LEAST_WEIGHT = 5  # smaller ones decide next to nothing and make the file a third longer
_LEAST_LEAD = 15  # in the units of the file's weights


def model_text(examples: Sequence[tuple[str, str]]) -> str:
    """The model file made of texts and their intents."""
    known = sorted(set(examples))
    rows = [features_of(text) for text, _ in known]
    intents = [INTENTS.index(intent) for _, intent in known]
    frequency = Counter(feature for row in rows for feature in set(row))
    candidates = sorted(feature for feature, count in frequency.items() if count > 1)
    largest = abs(_learned(rows, intents, candidates)).max(axis=1).tolist()
    ranked = sorted(range(len(candidates)), key=lambda number: (-largest[number], number))
    chosen = sorted(candidates[number] for number in ranked[:_MOST_FEATURES])
    weights = _scaled(_learned(rows, intents, chosen))
    lines = [f"# version\t{VERSION}\tleast lead\t{_LEAST_LEAD}", "\t".join(("feature", *INTENTS))]
    for feature, told in zip(chosen, weights.tolist(), strict=True):
        lines.append("\t".join((feature, *(str(weight or "") for weight in told))).rstrip("\t"))
    return "\n".join(lines) + "\n"


def _learned(rows: list[list[str]], intents: list[int], features: list[str]) -> np.ndarray:
    """The mean of the weights over all steps, feature by intent."""
    index = {feature: number for number, feature in enumerate(features)}
    numbers = [np.array([index[feature] for feature in row if feature in index], dtype=np.int64) for row in rows]
    weights = np.zeros((len(features), len(INTENTS)), dtype=np.int64)
    weighted = np.zeros_like(weights)
    step = 0
    for epoch in range(_EPOCHS):
        for example in _order(len(rows), epoch):
            row, intent = numbers[example], intents[example]
            step += 1
            rival, loss = _rival(weights[row].sum(axis=0), intent)
            if loss <= 0 or not len(row):
                continue
            change = min(_LARGEST_STEP, -(-loss // (2 * len(row))))
            for column, signed in ((intent, change), (rival, -change)):
                np.add.at(weights[:, column], row, signed)
                np.add.at(weighted[:, column], row, signed * step)
    return weights * (step + 1) - weighted


def _rival(scores: np.ndarray, intent: int) -> tuple[int, int]:
    """The best of the other intents, and by how much the true one misses its margin."""
    told = int(scores[intent])
    scores[intent] = np.iinfo(np.int64).min
    rival = int(scores.argmax())
    return rival, _MARGIN - told + int(scores[rival])


def _scaled(weights: np.ndarray) -> np.ndarray:
    """Weights in the file's units, rounded half away from zero."""
    unit = max(1, int(np.sort(abs(weights).max(axis=1))[-len(weights) // 50]) // _LARGE_WEIGHT)
    rounded = np.sign(weights) * ((2 * abs(weights) + unit) // (2 * unit))
    return np.where(abs(rounded) < _LEAST_WEIGHT, 0, rounded)


def _order(count: int, epoch: int) -> list[int]:
    """A shuffle that no library decides."""
    return sorted(range(count), key=lambda number: hashlib.sha256(f"{epoch} {number}".encode()).digest())
