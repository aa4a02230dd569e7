"""A Markov chain of touches, fitted to paths. A state is the window of the last `order` touches, shorter at the beginning of a path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from pipelines.attribution.paths import Bools, Floats, Ints, Paths, summed


@dataclass(frozen=True, eq=False)
class Chain:
    """`steps` is Q, the chance to go from window to window. Per window: `start` its chance to be the first, `gain` the (conversions,
    value) right after it, `channel` its last touch, `is_entry` whether that channel is not among the touches before."""

    steps: sparse.csr_array
    start: Floats
    gain: Floats
    channel: Ints
    is_entry: Bools


def fitted(paths: Paths, order: int, with_nulls: bool) -> Chain | None:
    """The chain that journeys walk on average; None where there are none."""
    weight = paths.journeys if with_nulls else paths.conversions
    walked = weight[paths.path_of_touch] > 0
    if not walked.any():
        return None
    base = len(paths.channels) + 1
    if base**order >= 2**62:
        raise ValueError(f"{base - 1} channels are too many for a Markov chain of order {order}")
    window, is_entry = _windows(paths, order, base)
    seen, state = np.unique(window[walked], return_inverse=True)
    count = len(seen)
    of_touch = weight[paths.path_of_touch[walked]]
    place = paths.place[walked]
    moves = np.flatnonzero(place[1:] > 0)
    visits = summed(state, of_touch, count)
    steps = sparse.coo_array((of_touch[moves] / visits[state[moves]], (state[moves], state[moves + 1])), shape=(count, count))
    ends = np.flatnonzero(np.append(place[1:] == 0, True))
    ended = paths.path_of_touch[walked][ends]
    gain = np.stack([summed(state[ends], each[ended], count) / visits for each in (paths.conversions, paths.value)], axis=1)
    entry = np.zeros(count, bool)
    entry[state] = is_entry[walked]
    start = summed(state[place == 0], of_touch[place == 0], count)
    return Chain(steps.tocsr(), start / start.sum(), gain, (seen % base) - 1, entry)


def _windows(paths: Paths, order: int, base: int) -> tuple[Ints, Bools]:
    """(window of each touch as a number, its last touch the last digit; whether the last touch is not among those before)."""
    digit = paths.codes + 1
    window, power = digit.copy(), 1
    is_entry = np.ones(len(digit), bool)
    for back in range(1, order):
        power *= base
        earlier = np.where(paths.place >= back, np.roll(digit, back), 0)
        window += earlier * power
        is_entry &= earlier != digit
    return window, is_entry
