"""Rules of one path: each gives the touches of a path their shares of it, aligned with `paths.codes`; they sum to 1 a path."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from pipelines.attribution.paths import Bools, Floats, Paths, summed


def first_touch(paths: Paths) -> Floats:
    """All to the earliest touch."""
    return (paths.place == 0).astype(np.float64)


def last_touch(paths: Paths) -> Floats:
    """All to the touch before the conversion."""
    return _is_last(paths).astype(np.float64)


def last_non_direct(paths: Paths, direct_channels: Collection[str]) -> Floats:
    """All to the latest touch of another channel than the direct ones; to the last touch where there is none."""
    other = np.array([channel not in direct_channels for channel in paths.channels], bool)[paths.codes]
    latest = np.maximum.reduceat(np.where(other, paths.place, -1), paths.offsets[:-1]) if len(paths) else paths.lengths
    chosen = np.where(latest < 0, paths.lengths - 1, latest)
    return (paths.place == chosen[paths.path_of_touch]).astype(np.float64)


def linear(paths: Paths) -> Floats:
    """The same to each touch."""
    return 1 / paths.lengths[paths.path_of_touch]


def linear_unique(paths: Paths) -> Floats:
    """The same to each channel of the path, which its touches share.

    This is the exact Shapley value of the game in which a set of channels is worth what the paths within it convert (the *sum
    game*): each path is a unanimity game of its channels. "Simplified Shapley", Zhao et al., arXiv:1804.05327.
    """
    pair = paths.path_of_touch * len(paths.channels) + paths.codes
    _, of_touch, times = np.unique(pair, return_inverse=True, return_counts=True)
    shares_of_one_channel = times[of_touch]
    unique = summed(paths.path_of_touch, 1 / shares_of_one_channel, len(paths)).round()
    return 1 / (shares_of_one_channel * unique[paths.path_of_touch])


def time_decay(paths: Paths, half_life_touches: float = 1.0) -> Floats:
    """A touch weighs half as much as one that is `half_life_touches` places later.

    A path table knows no times, so steps stand for them; `attribution.touch_credit` decays by seconds.
    """
    steps_to_end = paths.lengths[paths.path_of_touch] - 1 - paths.place
    return _shared_by(paths, np.exp2(-steps_to_end / half_life_touches))


def position(paths: Paths, first_share: float = 0.4, last_share: float = 0.4) -> Floats:
    """`first_share` to the first touch, `last_share` to the last, the rest to those between, equally.

    Where none is between, first and last share all in proportion; equally where both shares are 0.
    """
    lengths = paths.lengths[paths.path_of_touch]
    ends = (first_share, last_share) if first_share + last_share > 0 else (0.5, 0.5)
    between = (1 - first_share - last_share) / np.maximum(lengths - 2, 1)
    long = np.where(paths.place == 0, first_share, np.where(_is_last(paths), last_share, between))
    short = np.where(paths.place == 0, ends[0], ends[1]) / sum(ends)
    return np.where(lengths == 1, 1.0, np.where(lengths == 2, short, long))


def _is_last(paths: Paths) -> Bools:
    return paths.place == paths.lengths[paths.path_of_touch] - 1


def _shared_by(paths: Paths, weight_of_touch: Floats) -> Floats:
    """Shares of each path in proportion to weights; all of a path to its last touch where its weights are 0."""
    whole = summed(paths.path_of_touch, weight_of_touch, len(paths))[paths.path_of_touch]
    return np.divide(weight_of_touch, whole, out=_is_last(paths).astype(np.float64), where=whole > 0)
