"""A Markov chain of touches, fitted to paths. A state is the window of the last `order` touches, shorter at the beginning of a path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from pipelines.attribution.paths import Bools, Floats, Ints, Paths, summed

_SPARSE = 8  # places to count in for each thing counted, from which on sorting is cheaper


@dataclass(frozen=True, eq=False)
class Walks:
    """How often windows follow each other. A window is a number of `order` digits, its last touch the last one, 0 for no touch.

    Rows 0 and 1 are for all and for converting journeys in `begun` (at each window) and `walked` (from window `before` to `after`,
    indices), and for conversions and value in `gained` (right after each window).
    """

    base: int
    order: int
    window: Ints
    begun: Floats
    gained: Floats
    before: Ints
    after: Ints
    walked: Floats


@dataclass(frozen=True, eq=False)
class Chain:
    """`steps` is Q, the chance to go from window to window. Per window: `start` its chance to be the first, `gain` the (conversions,
    value) right after it, `channel` its last touch, `is_entry` whether that channel is not among the touches before.
    `whole` is (conversions, value) a journey."""

    steps: sparse.csr_array
    start: Floats
    gain: Floats
    channel: Ints
    is_entry: Bools
    whole: Floats


def fitted(paths: Paths, order: int, with_nulls: bool) -> Chain | None:
    """The chain that journeys walk on average; None where there are none."""
    return chain_of(shorter(walks(paths, order), order), with_nulls)


def walks(paths: Paths, order: int) -> Walks:
    """The walks that journeys took, each touch a window of its own: not yet added up."""
    base = len(paths.channels) + 1
    if base**order >= 2**62:
        raise ValueError(f"{base - 1} channels are too many for a Markov chain of order {order}")
    digit = paths.codes + 1
    window = digit.copy()
    follows = paths.place > 0
    for _ in range(1, order):
        earlier = window[:-1] * base
        earlier *= follows[1:]
        window[1:] = digit[1:] + earlier
    begun, gained = np.zeros((2, 2, len(digit)))
    weights = np.stack([paths.journeys, paths.conversions])
    begun[:, paths.offsets[:-1]] = weights
    gained[:, paths.offsets[1:] - 1] = paths.conversions, paths.value
    after = np.flatnonzero(follows)
    return Walks(base, order, window, begun, gained, after - 1, after, weights[:, paths.path_of_touch[after]])


def shorter(walks: Walks, order: int) -> Walks:
    """The same walks by windows of no more than `order` touches, equal ones added up."""
    base = walks.base
    window, state = _numbered(walks.window % base**order, base**order)
    before, after = state[walks.before], state[walks.after]
    pair, step = _numbered(before * base + window[after] % base, len(window) * base)
    follower = np.empty(len(pair), np.int64)
    follower[step] = after
    begun, gained = (_summed_rows(state, each, len(window)) for each in (walks.begun, walks.gained))
    return Walks(base, order, window, begun, gained, pair // base, follower, _summed_rows(step, walks.walked, len(pair)))


def chain_of(walks: Walks, with_nulls: bool) -> Chain | None:
    """The chain that takes these walks on average; None where there are none."""
    begun, walked = ((each[0] if with_nulls else each[1]) for each in (walks.begun, walks.walked))
    journeys, count = begun.sum(), len(walks.window)
    if not journeys:
        return None
    a_visit = _a_visit(begun + summed(walks.after, walked, count))
    is_walked = walked > 0
    before, after = walks.before[is_walked], walks.after[is_walked]
    bounds = np.concatenate([[0], np.cumsum(np.bincount(before, minlength=count))])
    steps = sparse.csr_array((walked[is_walked] * a_visit[before], after, bounds), shape=(count, count))
    channel = walks.window % walks.base
    earlier = [walks.window // walks.base**back % walks.base for back in range(1, walks.order)]
    is_entry = np.all([channel > 0, *(each != channel for each in earlier)], axis=0)
    return Chain(steps, begun / journeys, (walks.gained * a_visit).T, channel - 1, is_entry, walks.gained.sum(axis=1) / journeys)


def _a_visit(visits: Floats) -> Floats:
    """1 / visits, 0 for a window that no journey visits."""
    return np.divide(1, visits, out=np.zeros(len(visits)), where=visits > 0)


def _summed_rows(index: Ints, amounts: Floats, count: int) -> Floats:
    return np.stack([summed(index, each, count) for each in amounts])


def _numbered(numbers: Ints, possible: int) -> tuple[Ints, Ints]:
    """(the numbers there are, ascending; the place of each among them)."""
    if possible > _SPARSE * len(numbers):
        seen, place = np.unique(numbers, return_inverse=True)
        return seen, place
    is_seen = np.zeros(possible, bool)
    is_seen[numbers] = True
    return np.flatnonzero(is_seen), (np.cumsum(is_seen) - 1)[numbers]
