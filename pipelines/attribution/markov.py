"""Removal effects of channels in a Markov chain of touches, in closed form: no simulation, no seed.

A state is the window of the last `order` touches, shorter at the beginning of a path, as in ChannelAttribution. With Q the
transitions between windows, a the windows of first touches, r the chance to convert right after a window: G = (I - Q)^-1 counts
visits, v = aG are the expected visits of a journey, h = Gr the chances to convert from a window.

Let E be the windows by which a channel can enter a journey. Every visit to E comes after the first one, so v_E = e G_EE, where e
is the law of the first one; the channel's removal effect is the share e h_E / ar of conversions that would be lost. One sparse LU
factorisation of I - Q gives v, h and the columns of G for all channels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import SuperLU, splu

from pipelines.attribution.effects import Effects
from pipelines.attribution.paths import Bools, Floats, Ints, Paths, summed

HIGHEST_ORDER = 4


def removal_effects(paths: Paths, order: int = 1, with_nulls: bool = True) -> Effects:
    """Removal effect of each channel (0 to 1, order of `paths.channels`) on conversions and on value.

    A conversion after a window is worth the mean value of those seen there. `with_nulls=False` leaves non-converting journeys
    out. Where nothing converts (or has value) the effects are 0. Raises ValueError for an order other than 1 to 4.
    """
    if not 1 <= order <= HIGHEST_ORDER:
        raise ValueError(f"a Markov chain of order {order}: it must be 1 to {HIGHEST_ORDER}")
    chain = _chain(paths, order, with_nulls)
    if chain is None:
        nothing = np.zeros(len(paths.channels))
        return Effects(nothing, nothing, 0.0)
    return _effects(chain, len(paths.channels))


@dataclass(frozen=True, eq=False)
class _Chain:
    """`leaving` is I - Q. Per window: `start` its chance to be the first, `gain` its (conversions, value) right after,
    `channel` its last touch, `is_entry` whether that channel is not among the touches before."""

    leaving: sparse.csc_array
    start: Floats
    gain: Floats
    channel: Ints
    is_entry: Bools


def _chain(paths: Paths, order: int, with_nulls: bool) -> _Chain | None:
    """None where no journey has a weight."""
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
    return _Chain(sparse.csc_array(sparse.eye_array(count) - steps.tocsc()), start / start.sum(), gain, (seen % base) - 1, entry)


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


def _effects(chain: _Chain, channel_count: int) -> Effects:
    factors = splu(chain.leaving)
    visits = factors.solve(chain.start, trans="T")
    onward = factors.solve(chain.gain)
    whole = chain.start @ onward
    lost = np.zeros((channel_count, 2))
    for channel in range(channel_count):
        entries = np.flatnonzero(chain.is_entry & (chain.channel == channel))
        if len(entries):
            first = np.linalg.solve(_visits_between(factors, entries, len(visits)).T, visits[entries])
            lost[channel] = first @ onward[entries]
    share = np.divide(lost, whole, out=np.zeros_like(lost), where=whole > 0)
    return Effects(share[:, 0], share[:, 1], float(whole[0]))


def _visits_between(factors: SuperLU, states: Ints, count: int) -> Floats:
    """G restricted to some states: expected visits of column, starting in row."""
    unit = np.zeros((count, len(states)))
    unit[states, np.arange(len(states))] = 1
    between: Floats = factors.solve(unit)[states]
    return between
