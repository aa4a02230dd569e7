"""Exact Shapley values of channels. The sum game is `rules.linear_unique`; here is the game of conversion rates."""

from __future__ import annotations

from math import factorial

import numpy as np

from pipelines.attribution.effects import Effects
from pipelines.attribution.paths import Floats, Ints, Paths, summed

MOST_CHANNELS = 15


class TooManyChannels(Exception):
    """The exact rate game would need more coalitions than 2 ** MOST_CHANNELS."""


def rate_game(paths: Paths) -> Effects:
    """Shapley values of the game in which a coalition is worth the rate (conversions, value a journey) of the paths within it.

    A coalition that contains no journey is worth 0. The values add up to the rate of all journeys, and can be negative: a channel
    whose paths convert less than the others' lowers the rate. Without non-converting journeys every rate of conversions is 1, and the
    channels are told apart only by which coalitions were seen. Raises TooManyChannels above 15 channels.
    """
    count = len(paths.channels)
    if count > MOST_CHANNELS:
        raise TooManyChannels(
            f"the Shapley value of the conversion-rate game is exact for at most {MOST_CHANNELS} channels, and there are {count}: "
            f"join rare channels, or use linear_unique, the Shapley value of the sum game, which is exact for any number"
        )
    coalition = np.bitwise_or.reduceat(1 << paths.codes, paths.offsets[:-1]) if len(paths) else np.zeros(0, np.int64)
    conversions, value, journeys = (_within(each, coalition, count) for each in (paths.conversions, paths.value, paths.journeys))
    rate, value_rate = (np.divide(each, journeys, out=np.zeros(1 << count), where=journeys > 0) for each in (conversions, value))
    return Effects(_shapley(rate, count), _shapley(value_rate, count), float(rate[-1]))


def _within(amount: Floats, coalition: Ints, count: int) -> Floats:
    """What the paths add up to whose channels all belong to each coalition (the subset-sum transform)."""
    worth = summed(coalition, amount, 1 << count)
    for channel in range(count):
        halves = worth.reshape(-1, 2, 1 << channel)
        halves[:, 1] += halves[:, 0]
    return worth


def _shapley(worth: Floats, count: int) -> Floats:
    """phi_c = sum over coalitions S without c of |S|! (n - |S| - 1)! / n! * (worth(S + c) - worth(S))."""
    members = np.bitwise_count(np.arange(1 << count))
    weight_of_size = np.array([factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)])
    found = np.zeros(count)
    for channel in range(count):
        gain = np.diff(worth.reshape(-1, 2, 1 << channel), axis=1)
        without = members.reshape(-1, 2, 1 << channel)[:, :1]
        found[channel] = (gain * weight_of_size[without]).sum()
    return found
