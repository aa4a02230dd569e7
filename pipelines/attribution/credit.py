"""Credit of the touches of conversions, in parts per billion: all thirteen models, in whole numbers.

A path's touches share 1 000 000 000. Shares are cut to whole parts; the last touch takes what the others leave.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from pipelines.attribution.columns import begins
from pipelines.attribution.decay import decayed_e9
from pipelines.attribution.models import MARKOV
from pipelines.attribution.paths import Bools, Ints

WHOLE = 1_000_000_000
_AT_ONCE = 50_000  # touches
FITTED = (*MARKOV, "shapley_rate")


@dataclass(frozen=True, eq=False)
class Touches:
    """The touches of many paths, path after path, the earliest first. All arrays have an entry per touch.

    `path` and `channel` are codes from 0. `weight` has the effects of the touch's channel by fitted model, -1 where it is not solved;
    `left_out_ppb` is the touch's leave-one-out share, -1 where all touches of its path share alike.
    """

    path: Ints
    channel: Ints
    touched_s: Ints
    is_direct: Bools
    half_life_s: Ints
    first_share_ppb: Ints
    last_share_ppb: Ints
    weight: dict[str, Ints]
    left_out_ppb: Ints

    def parts(self) -> Iterator[Touches]:
        """The paths, so many that what is computed of their touches fits a cache."""
        begin = begins(self.path)
        bounds = begin[np.searchsorted(begin, np.arange(_AT_ONCE, begin.max(initial=0), _AT_ONCE))]
        for low, high in pairwise((0, *bounds.tolist(), len(self.path))):
            arrays = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "weight"}
            weight = {model: each[low:high] for model, each in self.weight.items()}
            yield Touches(**{name: each[low:high] for name, each in arrays.items()}, weight=weight)


def credits(touches: Touches) -> Iterator[tuple[str, Ints]]:
    """(model, parts per billion of each touch); a path that a fitted model does not solve has -1 throughout."""
    paths = _Paths.of(touches.path)
    place, length, is_last = paths.place, paths.length, paths.is_last
    channels = _Channels.of(touches.path, touches.channel, paths)
    linear = WHOLE // length
    other = np.maximum.reduceat(np.where(touches.is_direct, -1, place), paths.begin)[paths.index]
    decay = decayed_e9(touches.touched_s[paths.last][paths.index] - touches.touched_s, touches.half_life_s)
    yield "first_touch", WHOLE * (place == 0)
    yield "last_touch", WHOLE * is_last
    yield "last_non_direct", WHOLE * (place == np.where(other < 0, length - 1, other))
    yield "linear", paths.completed(linear)
    yield "linear_unique", paths.completed(WHOLE // (channels.touches * channels.count))
    yield "time_decay", paths.completed(WHOLE * decay // paths.total(decay))
    yield "position", paths.completed(_position(touches, paths))
    for model, effect in touches.weight.items():
        weight = np.maximum(effect, 0)
        whole = channels.touches * paths.total(np.where(channels.is_first, weight, 0))
        share = np.where(whole > 0, WHOLE * weight // np.maximum(whole, 1), linear)
        is_solved = np.minimum.reduceat(effect, paths.begin)[paths.index] >= 0
        yield model, np.where(is_solved, paths.completed(share), -1)
    left_out = touches.left_out_ppb
    yield "leave_one_out", paths.completed(np.where(left_out < 0, linear, left_out))


def _position(touches: Touches, paths: _Paths) -> Ints:
    """First and last touch by the shop's shares, those between alike; two touches by the ratio of those shares, alike where both are 0."""
    first, last = touches.first_share_ppb, touches.last_share_ppb
    ends = first + last
    short = np.where(ends > 0, first * WHOLE // np.maximum(ends, 1), WHOLE // 2)
    between = (WHOLE - ends) // np.maximum(paths.length - 2, 1)
    return np.where(paths.place > 0, between, np.where(paths.length == 2, short, first))


@dataclass(frozen=True, eq=False)
class _Paths:
    """Where each path begins and ends. `begin` and `last` have an entry per path, the others one per touch."""

    index: Ints
    begin: Ints
    last: Ints
    place: Ints
    length: Ints
    is_last: Bools

    @classmethod
    def of(cls, path: Ints) -> _Paths:
        begin = begins(path)
        lengths = np.diff(np.append(begin, len(path)))
        index = np.repeat(np.arange(len(begin)), lengths)
        last = begin + lengths - 1
        is_last = np.zeros(len(path), bool)
        is_last[last] = True
        return cls(index, begin, last, np.arange(len(path)) - begin[index], lengths[index], is_last)

    def total(self, amount: Ints) -> Ints:
        """The sum of each path, for each of its touches."""
        return np.add.reduceat(amount, self.begin)[self.index]

    def completed(self, share: Ints) -> Ints:
        """The shares with what they leave given to the last touch."""
        share = share.copy()
        share[self.last] = 0
        share[self.last] = WHOLE - np.add.reduceat(share, self.begin)
        return share


@dataclass(frozen=True, eq=False)
class _Channels:
    """Per touch: touches of its channel in its path, whether it is the first of them, and how many channels the path has."""

    touches: Ints
    is_first: Bools
    count: Ints

    @classmethod
    def of(cls, path: Ints, channel: Ints, paths: _Paths) -> _Channels:
        pair = paths.index * (int(channel.max()) + 1) + channel
        order = np.argsort(pair, kind="stable")
        begin = begins(pair[order])
        times = np.diff(np.append(begin, len(order)))
        touches = np.empty(len(pair), np.int64)
        touches[order] = np.repeat(times, times)
        is_first = np.zeros(len(pair), bool)
        is_first[order[begin]] = True
        return cls(touches, is_first, paths.total(is_first.astype(np.int64)))
