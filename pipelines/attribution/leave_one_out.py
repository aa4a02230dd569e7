"""Leave-one-out: what a path converts less without each of its touches. google/fractribution calls it "shapley", which it is not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipelines.attribution.paths import Bools, Floats, Ints, Paths, summed

Hashes = NDArray[np.uint64]

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse
_INVERSE = np.uint64(pow(_BASE, -1, 2**64))
_BITS = 20


def shares(paths: Paths) -> Floats:
    """Share of each touch, aligned with `paths.codes`: the drop of the conversion rate where the touch is left out of its path.

    A path that nobody walked converts nothing; a rise counts as 0; where nothing drops, the last touch takes all. Paths that
    never converted earn nothing (0), the others sum to 1. py/fractribution.py of google/fractribution at 72ad8a4.
    """
    return shares_by(paths, rates_without(paths))


def shares_by(paths: Paths, without: Floats) -> Floats:
    """The same, from what `rates_without` gave."""
    drop = np.maximum(_rates(paths)[paths.path_of_touch] - without, 0)
    total = summed(paths.path_of_touch, drop, len(paths))
    share = np.divide(drop, total[paths.path_of_touch], out=np.zeros_like(drop), where=drop > 0)
    share[paths.offsets[1:][(total == 0) & (paths.conversions > 0)] - 1] = 1
    return share


def rates_without(paths: Paths) -> Floats:
    """Per touch of a path that converted, the conversion rate of the path without it; 0 elsewhere and where that never converted."""
    converting = np.flatnonzero(paths.conversions > 0)
    whole, without = _hashes(paths)
    known = converting[np.argsort(whole[converting])]
    hashes = whole[known]
    rates = _rates(paths)
    found = np.zeros(len(paths.codes))
    touches = _perhaps_among(hashes, without, np.flatnonzero(paths.conversions[paths.path_of_touch] > 0))
    at = np.searchsorted(hashes, without[touches])
    while len(touches):
        is_alike = (at < len(known)) & (np.take(hashes, at, mode="clip") == without[touches])
        touches, at = touches[is_alike], at[is_alike]
        is_it = _is_without(paths, touches, known[at])
        found[touches[is_it]] = rates[known[at[is_it]]]
        touches, at = touches[~is_it], at[~is_it] + 1  # another path of this hash may be it
    return found


def _rates(paths: Paths) -> Floats:
    journeys = paths.journeys
    return np.divide(paths.conversions, journeys, out=np.zeros(len(paths)), where=journeys > 0)


def _hashes(paths: Paths) -> tuple[Hashes, Hashes]:
    """(a hash of each path, a hash of the path without each touch): the sum of (code + 1) * base ** place, modulo 2 ** 64."""
    powers = np.multiply.accumulate(np.full(paths.lengths.max(initial=1), _BASE, np.uint64))
    terms = (paths.codes + 1).astype(np.uint64) * powers[paths.place]
    until = np.concatenate([np.zeros(1, np.uint64), np.cumsum(terms)])
    whole = np.diff(until[paths.offsets])
    after = np.repeat(until[paths.offsets[1:]], paths.lengths) - until[1:]
    return whole, whole[paths.path_of_touch] - terms - after + after * _INVERSE


def _perhaps_among(hashes: Hashes, asked: Hashes, touches: Ints) -> Ints:
    """The touches whose hash begins as one of the hashes does: most others are ruled out by a look at a small table."""
    shift = np.uint64(64 - _BITS)
    begins = np.zeros(1 << _BITS, bool)
    begins[hashes >> shift] = True
    return touches[begins[asked[touches] >> shift]]


def _is_without(paths: Paths, touches: Ints, candidates: Ints) -> Bools:
    """Whether each touch's path without it is the candidate, channel by channel."""
    path = paths.path_of_touch[touches]
    is_it = paths.lengths[candidates] == paths.lengths[path] - 1
    left = np.flatnonzero(is_it)
    for place in range(int(paths.lengths[candidates[left]].max(initial=0))):
        left = left[is_it[left] & (place < paths.lengths[candidates[left]])]
        own = paths.offsets[path[left]] + place
        is_it[left] = paths.codes[paths.offsets[candidates[left]] + place] == paths.codes[own + (own >= touches[left])]
    return is_it
