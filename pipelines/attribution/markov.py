"""Removal effects of channels in a Markov chain of touches, exact: no simulation, no seed.

With Q the transitions between windows, a the windows of first touches, r what is gained right after a window: G = (I - Q)^-1
counts visits, v = aG are the expected visits of a journey, h = Gr is what is gained from a window on. Let E be the windows by which a
channel enters a journey, e the law of the first of them. The channel's removal effect is the share e h_E / ar of what would be lost
without it: that of journeys which pass through it. As in ChannelAttribution, which walks the chain at random instead.

*By factors*: every visit to E comes after the first one, so v_E = e G_EE. One sparse LU factorisation of I - Q gives v, h and, by an
update of rank |E|, each channel's effect. In order 1 that rank is 1. *By steps*: in higher orders the rank is that of thousands of
windows, and all channels' e are cheaper added up touch by touch, until nobody is left on the way (no more than 1e-18 of the journeys).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import SuperLU, splu

from pipelines.attribution.effects import Effects
from pipelines.attribution.markov_chain import Chain, fitted
from pipelines.attribution.paths import Floats, Ints, Paths

HIGHEST_ORDER = 4
_LOW_RANK = 16
_LEFT_ON_THE_WAY = 1e-18
_MOST_STEPS = 5_000
_STEPS_BETWEEN_LOOKS = 8
_COLUMNS_AT_ONCE = 32


def removal_effects(paths: Paths, order: int = 1, with_nulls: bool = True) -> Effects:
    """Removal effect of each channel (0 to 1, order of `paths.channels`) on conversions and on value.

    A conversion after a window is worth the mean value of those seen there. `with_nulls=False` leaves non-converting journeys
    out. Where nothing converts (or has value) the effects are 0. Raises ValueError for an order other than 1 to 4.
    """
    if not 1 <= order <= HIGHEST_ORDER:
        raise ValueError(f"a Markov chain of order {order}: it must be 1 to {HIGHEST_ORDER}")
    chain = fitted(paths, order, with_nulls)
    if chain is None:
        nothing = np.zeros(len(paths.channels))
        return Effects(nothing, nothing, 0.0)
    entries = [np.flatnonzero(chain.is_entry & (chain.channel == channel)) for channel in range(len(paths.channels))]
    lost = None if max(map(len, entries)) <= _LOW_RANK else lost_by_steps(chain, entries)
    if lost is None:
        lost = lost_by_factors(chain, entries)
    whole = _whole(paths, with_nulls)
    share = np.divide(lost, whole, out=np.zeros_like(lost), where=whole > 0)
    return Effects(share[:, 0], share[:, 1], float(whole[0]))


def _whole(paths: Paths, with_nulls: bool) -> Floats:
    """(conversions, value) of a journey: what the chain gains on the whole, in any order, for it is fitted to these journeys."""
    journeys = (paths.journeys if with_nulls else paths.conversions).sum()
    return np.array([paths.conversions.sum(), paths.value.sum()]) / journeys


def lost_by_factors(chain: Chain, entries: list[Ints]) -> Floats:
    """(conversions, value) a journey that pass through each channel, from one LU factorisation."""
    factors = splu(sparse.csc_array(sparse.eye_array(len(chain.start)) - chain.steps))
    visits = factors.solve(chain.start, trans="T")
    onward = factors.solve(chain.gain)
    lost = np.zeros((len(entries), 2))
    for channel, windows in enumerate(entries):
        if len(windows):
            lost[channel] = np.linalg.solve(_visits_between(factors, windows, len(visits)).T, visits[windows]) @ onward[windows]
    return lost


def _visits_between(factors: SuperLU, windows: Ints, count: int) -> Floats:
    """G restricted to some windows: expected visits of column, starting in row."""
    between = np.empty((len(windows), len(windows)))
    for begin in range(0, len(windows), _COLUMNS_AT_ONCE):
        part = windows[begin : begin + _COLUMNS_AT_ONCE]
        unit = np.zeros((count, len(part)))
        unit[part, np.arange(len(part))] = 1
        between[:, begin : begin + len(part)] = factors.solve(unit)[windows]
    return between


def lost_by_steps(chain: Chain, entries: list[Ints]) -> Floats | None:
    """The same, by following all journeys touch by touch; None where some are too long to be followed to the end."""
    nowhere = np.zeros(0, np.int64)
    onward = _sum_of_steps(chain.steps, chain.gain, _LEFT_ON_THE_WAY * np.abs(chain.gain).sum(axis=0), (nowhere, nowhere))
    if onward is None:
        return None
    lost = np.zeros((len(entries), 2))
    into = chain.steps.T.tocsr()
    for begin in range(0, len(entries), _COLUMNS_AT_ONCE):
        end = min(begin + _COLUMNS_AT_ONCE, len(entries))
        own = np.flatnonzero((chain.channel >= begin) & (chain.channel < end))
        met = own, chain.channel[own] - begin
        start = np.repeat(chain.start[:, None], end - begin, axis=1)
        start[met] = 0
        before = _sum_of_steps(into, start, np.full(end - begin, _LEFT_ON_THE_WAY), met)
        if before is None:
            return None
        first = into @ before
        for channel in range(begin, end):
            windows = entries[channel]
            lost[channel] = (chain.start[windows] + first[windows, channel - begin]) @ onward[windows]
    return lost


def _sum_of_steps(step: sparse.csr_array, begun: Floats, enough: Floats, met: tuple[Ints, Ints]) -> Floats | None:
    """x + Sx + SSx + ... for each column, S being the step without what it leads to at `met`, until no column has more than
    enough left."""
    total = begun.copy()
    for _ in range(_MOST_STEPS // _STEPS_BETWEEN_LOOKS):
        for _ in range(_STEPS_BETWEEN_LOOKS):
            begun = step @ begun
            begun[met] = 0
            total += begun
        if (np.abs(begun).sum(axis=0) <= enough).all():
            return total
    return None
