"""Removal effects of channels in a Markov chain of touches, exact: no simulation, no seed.

With Q the transitions between windows, a the windows of first touches, r what is gained right after a window: G = (I - Q)^-1
counts visits, v = aG are the expected visits of a journey, h = Gr is what is gained from a window on. Let E be the windows by which a
channel enters a journey, e the law of the first of them. The channel's removal effect is the share e h_E / ar of what would be lost
without it: that of journeys which pass through it. As in ChannelAttribution, which walks the chain at random instead.

*By factors*: every visit to E comes after the first one, so v_E = e G_EE. One sparse LU factorisation of I - Q gives v, h and, by an
update of rank |E|, each channel's effect. In order 1 that rank is 1. *By steps* (`markov_steps`): in higher orders the rank is that of
thousands of windows, and what is gained without a channel is cheaper added up touch by touch.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import SuperLU, splu

from pipelines.attribution.effects import Effects
from pipelines.attribution.markov_chain import Chain, chain_of, fitted, shorter, walks
from pipelines.attribution.markov_steps import lost_by_steps
from pipelines.attribution.paths import Floats, Ints, Paths

HIGHEST_ORDER = 4
_LOW_RANK = 16
_COLUMNS_AT_ONCE = 32


def removal_effects(paths: Paths, order: int = 1, with_nulls: bool = True) -> Effects:
    """Removal effect of each channel (0 to 1, order of `paths.channels`) on conversions and on value.

    A conversion after a window is worth the mean value of those seen there. `with_nulls=False` leaves non-converting journeys
    out. Where nothing converts (or has value) the effects are 0. Raises ValueError for an order other than 1 to 4.
    """
    if not 1 <= order <= HIGHEST_ORDER:
        raise ValueError(f"a Markov chain of order {order}: it must be 1 to {HIGHEST_ORDER}")
    return _effects(fitted(paths, order, with_nulls), len(paths.channels))


def effects_by_order(paths: Paths) -> dict[tuple[int, bool], Effects]:
    """(order, with_nulls) -> `removal_effects`, of all orders. The touches are gone through once."""
    found: dict[tuple[int, bool], Effects] = {}
    count = len(paths.channels)
    walked = walks(paths, HIGHEST_ORDER)
    for order in range(HIGHEST_ORDER, 0, -1):
        walked = shorter(walked, order)
        found[order, True] = found[order, False] = _effects(chain_of(walked, with_nulls=True), count)
        if paths.nulls.any():
            found[order, False] = _effects(chain_of(walked, with_nulls=False), count)
    return found


def _effects(chain: Chain | None, channels: int) -> Effects:
    if chain is None:
        nothing = np.zeros(channels)
        return Effects(nothing, nothing, 0.0)
    is_low = np.bincount(chain.channel[chain.is_entry]).max() <= _LOW_RANK
    lost = None if is_low else lost_by_steps(chain, channels)
    if lost is None:
        lost = lost_by_factors(chain, channels)
    share = np.divide(lost, chain.whole, out=np.zeros_like(lost), where=chain.whole > 0)
    return Effects(share[:, 0], share[:, 1], float(chain.whole[0]))


def lost_by_factors(chain: Chain, channels: int) -> Floats:
    """(conversions, value) a journey that pass through each channel, from one LU factorisation."""
    factors = splu(sparse.csc_array(sparse.eye_array(len(chain.start)) - chain.steps))
    visits = factors.solve(chain.start, trans="T")
    onward = factors.solve(chain.gain)
    lost = np.zeros((channels, 2))
    for channel in range(channels):
        windows = np.flatnonzero(chain.is_entry & (chain.channel == channel))
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
