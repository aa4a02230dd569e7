"""Effects of channels told slowly: the chain walked state by state without a channel, every coalition, every path without a touch."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from itertools import combinations
from math import factorial

Journeys = Counter[tuple[tuple[str, ...], bool]]
"""(path, whether it converted) -> how often."""
State = tuple[str, ...]


def removal_effects(journeys: Journeys, order: int) -> dict[str, float]:
    """Channel -> share of conversions lost when every way through it leads nowhere."""
    starts: Counter[State] = Counter()
    steps: dict[State, Counter[State | bool]] = defaultdict(Counter)
    for (path, converted), count in journeys.items():
        states = [path[max(0, end - order) : end] for end in range(1, len(path) + 1)]
        starts[states[0]] += count
        for state, after in zip(states, [*states[1:], converted], strict=True):
            steps[state][after] += count
    whole = _converted(starts, steps, None)
    channels = {channel for path, _ in journeys for channel in path}
    return {channel: 1 - _converted(starts, steps, channel) / whole if whole else 0.0 for channel in channels}


def _converted(starts: Counter[State], steps: dict[State, Counter[State | bool]], removed: str | None) -> float:
    """The chance that a journey converts, by Gaussian elimination over the states whose last touch is not the removed channel."""
    states = [state for state in steps if state[-1] != removed]
    row_of = {state: row for row, state in enumerate(states)}
    matrix = []
    for state in states:
        total = sum(steps[state].values())
        row = [0.0] * (len(states) + 1)
        row[row_of[state]] = 1.0
        for after, count in steps[state].items():
            if after is True:
                row[-1] += count / total
            elif after is not False and after in row_of:
                row[row_of[after]] -= count / total
        matrix.append(row)
    for pivot in range(len(matrix)):
        best = max(range(pivot, len(matrix)), key=lambda row: abs(matrix[row][pivot]))
        matrix[pivot], matrix[best] = matrix[best], matrix[pivot]
        matrix[pivot] = [cell / matrix[pivot][pivot] for cell in matrix[pivot]]
        for row in range(len(matrix)):
            if row != pivot and matrix[row][pivot]:
                factor = matrix[row][pivot]
                matrix[row] = [cell - factor * other for cell, other in zip(matrix[row], matrix[pivot], strict=True)]
    begun = sum(starts.values())
    return sum(count / begun * matrix[row_of[state]][-1] for state, count in starts.items() if state in row_of)


def shapley_rates(journeys: Journeys) -> dict[str, Fraction]:
    """Channel -> its Shapley value where a coalition is worth the conversion rate of the journeys within it."""
    channels = sorted({channel for path, _ in journeys for channel in path})

    def worth(coalition: frozenset[str]) -> Fraction:
        within = [(converted, count) for (path, converted), count in journeys.items() if coalition.issuperset(path)]
        seen = sum(count for _, count in within)
        return Fraction(sum(count for converted, count in within if converted), seen) if seen else Fraction(0)

    found = {}
    for channel in channels:
        others = [each for each in channels if each != channel]
        found[channel] = sum(
            (
                Fraction(factorial(size) * factorial(len(others) - size), factorial(len(channels)))
                * (worth(frozenset({*chosen, channel})) - worth(frozenset(chosen)))
                for size in range(len(channels))
                for chosen in combinations(others, size)
            ),
            Fraction(0),
        )
    return found


def leave_one_out(journeys: Journeys, path: tuple[str, ...]) -> list[Fraction]:
    """Share of each touch: the drop of the path's conversion rate without it; all to the last touch where nothing drops."""

    def rate(walked: tuple[str, ...]) -> Fraction:
        converted, lost = journeys[walked, True], journeys[walked, False]
        return Fraction(converted, converted + lost) if converted + lost else Fraction(0)

    drops = [max(rate(path) - rate(path[:place] + path[place + 1 :]), Fraction(0)) for place in range(len(path))]
    total = sum(drops)
    return [drop / total for drop in drops] if total else [Fraction(place == len(path) - 1) for place in range(len(path))]
