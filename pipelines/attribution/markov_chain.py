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
    if not weight.any():
        return None
    base = len(paths.channels) + 1
    if base**order >= 2**62:
        raise ValueError(f"{base - 1} channels are too many for a Markov chain of order {order}")
    window, is_entry = _windows(paths, order, base)
    seen, state = _numbered(window, base**order)
    count = len(seen)
    of_touch = weight[paths.path_of_touch]
    visits = summed(state, of_touch, count)
    first, last = state[paths.offsets[:-1]], state[paths.offsets[1:] - 1]
    entry = np.zeros(count, bool)
    entry[state] = is_entry
    gain = np.stack([_rate(summed(last, each, count), visits) for each in (paths.conversions, paths.value)], axis=1)
    start = summed(first, weight, count) / weight.sum()
    return Chain(_steps(paths, state, of_touch, visits), start, gain, (seen % base) - 1, entry)


def _steps(paths: Paths, state: Ints, of_touch: Floats, visits: Floats) -> sparse.csr_array:
    count = len(visits)
    onward = np.flatnonzero(paths.place[1:])
    before, after = state[onward], state[onward + 1]
    if count**2 <= len(state):
        walked = sparse.csr_array(summed(before * count + after, of_touch[onward], count**2).reshape(count, count))
    else:
        walked = sparse.coo_array((of_touch[onward], (before, after)), shape=(count, count)).tocsr()
    return sparse.csr_array(walked.multiply(_rate(np.ones(count), visits)[:, None]))


def _rate(amount: Floats, visits: Floats) -> Floats:
    """The amount a visit, 0 for a window that no journey visits."""
    return np.divide(amount, visits, out=np.zeros(len(visits)), where=visits > 0)


def _numbered(window: Ints, possible: int) -> tuple[Ints, Ints]:
    """(the windows there are, ascending; the place of each touch's window among them)."""
    if possible > len(window):
        seen, state = np.unique(window, return_inverse=True)
        return seen, state
    is_seen = np.bincount(window, minlength=possible) > 0
    return np.flatnonzero(is_seen), (np.cumsum(is_seen) - 1)[window]


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
