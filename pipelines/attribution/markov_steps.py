"""Removal effects by following all journeys touch by touch, for chains of high order.

For every channel at once, what is left of the journeys without it goes on from window to window until no more than 1e-13 of the
effect is on its way. Windows that no journey comes back to take one step. In the others the slowest of the modes in which journeys
die out would take hundreds of steps: every twelfth step is as long as leaves the least (a step of minimal residual), which takes it
out. (Saad, Iterative Methods for Sparse Linear Systems, 2nd edition, section 5.3.2.)
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from pipelines.attribution.markov_chain import Chain
from pipelines.attribution.paths import Floats, Ints

_LEFT_OF_AN_EFFECT = 1e-13
_MOST_STEPS = 5_000
_STEPS_AT_ONCE = 12
_COLUMNS_AT_ONCE = 32


def lost_by_steps(chain: Chain, channels: int) -> Floats | None:
    """(conversions, value) a journey that pass through each channel; None where journeys are too long to be followed to the end."""
    into = chain.steps.T.tocsr()
    parts = [(windows, rows, rows[:, windows]) for windows in _in_turn(chain.steps, into) for rows in [into[windows]]]
    dearest = _dearest(chain)
    enough = _LEFT_OF_AN_EFFECT / dearest if dearest else np.inf
    lost = np.empty((channels, 2))
    for begin in range(0, channels, _COLUMNS_AT_ONCE):
        width = min(_COLUMNS_AT_ONCE, channels - begin)
        visits = np.zeros((len(chain.start), width))
        for windows, into_part, within in parts:
            column = chain.channel[windows] - begin
            own = np.flatnonzero((column >= 0) & (column < width))
            met = own * width + column[own]
            begun = into_part @ visits
            begun += chain.start[windows, None]
            begun.ravel()[met] = 0
            visited = _sum_of_steps(within, begun, met, enough) if within.nnz else begun
            if visited is None:
                return None
            visits[windows] = visited
        lost[begin : begin + width] = chain.whole - np.einsum("wc,wg->cg", visits, chain.gain)
    return lost


def _dearest(chain: Chain) -> float:
    """The most that a journey still gains on average at any window, as a share of what it gains on the whole."""
    ends = np.abs(1 - chain.steps.sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.abs(chain.gain) / ends[:, None] / np.abs(chain.whole)
    return float(np.fmax.reduce(shares, axis=None, initial=0))


def _in_turn(steps: sparse.csr_array, into: sparse.csr_array) -> Iterator[Ints]:
    """The windows in parts: none leads to a part before its own, and only in one part, the core, can journeys come back."""
    is_left = np.ones(steps.shape[0], bool)
    for windows in _peeled(steps, into):
        is_left[windows] = False
        yield windows
    tail = [windows[is_left[windows]] for windows in _peeled(into, steps)]
    for windows in tail:
        is_left[windows] = False
    yield np.flatnonzero(is_left)
    yield from reversed(tail)


def _peeled(steps: sparse.csr_array, into: sparse.csr_array) -> Iterator[Ints]:
    """The windows that nothing leads into, then those that nothing else leads into, and so on."""
    ways_in = np.diff(into.indptr)
    windows = np.flatnonzero(ways_in == 0)
    while len(windows):
        yield windows
        after = steps[windows].indices
        np.subtract.at(ways_in, after, 1)
        windows = np.unique(after[ways_in[after] == 0])


def _sum_of_steps(step: sparse.csr_array, left: Floats, met: Ints, enough: float) -> Floats | None:
    """x + Sx + SSx + ... for each column, S being the step without what it leads to at `met` (places in the flat array)."""

    def taken(left: Floats) -> Floats:
        after: Floats = step @ left
        after.ravel()[met] = 0
        return after

    total = np.zeros_like(left)
    for _ in range(_MOST_STEPS // _STEPS_AT_ONCE):
        for _ in range(_STEPS_AT_ONCE - 1):
            total += left
            left = taken(left)
        gone = left - taken(left)
        square = np.einsum("ij,ij->j", gone, gone)
        length = np.divide(np.einsum("ij,ij->j", left, gone), square, out=np.ones_like(square), where=square > 0)
        total += length * left
        left -= length * gone
        amount = np.abs(left).sum(axis=0)
        if (amount <= enough).all():
            return total
        left[:, amount <= enough] = 0
    return None
