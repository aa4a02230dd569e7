"""Path transforms: what of a path counts, before any model sees it. Each gives a new table, in which equal paths are one.

Names and meaning are those of google/fractribution (py/templates/path_transforms.sql at 72ad8a4) and its ports.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipelines.attribution.paths import Bools, Paths, counted, summed


def unique(paths: Paths) -> Paths:
    """Each touch counts: the path as it is."""
    return paths


def exposure(paths: Paths) -> Paths:
    """Touches of one channel in a row are one: a > a > b > a becomes a > b > a."""
    repeats = (paths.place > 0) & (paths.codes == np.roll(paths.codes, 1))
    return _of_touches(paths, ~repeats)


def first(paths: Paths) -> Paths:
    """Only the first touch of each channel: a > a > b > a becomes a > b."""
    return _of_touches(paths, _is_first_of_channel(paths))


def frequency(paths: Paths) -> Paths:
    """A channel and how often it was touched, in order of the first touches: a > a > b > a becomes a(3) > b(1)."""
    _, of_touch, times = np.unique(_channel_in_path(paths), return_inverse=True, return_counts=True)
    often = times[of_touch]
    labels, codes = np.unique(paths.codes * (often.max(initial=0) + 1) + often, return_inverse=True)
    names = [f"{paths.channels[label // (often.max() + 1)]}({label % (often.max() + 1)})" for label in labels.tolist()]
    return _of_touches(paths, _is_first_of_channel(paths), names, codes)


def remove_if_not_all(paths: Paths, channel: str) -> Paths:
    """Without a channel, unless the whole path is of it."""
    others = ~_is_of(paths, channel)
    return _of_touches(paths, others | _is_alone(paths, others))


def remove_if_last_and_not_all(paths: Paths, channel: str) -> Paths:
    """Without the touches of a channel at the end of the path, unless the whole path is of it."""
    others = ~_is_of(paths, channel)
    if not len(paths):
        return paths
    last_other = np.maximum.reduceat(np.where(others, paths.place, -1), paths.offsets[:-1])[paths.path_of_touch]
    return _of_touches(paths, (paths.place <= last_other) | (last_other < 0))


def trimmed(paths: Paths, most: int) -> Paths:
    """Only the most recent touches of each path, at most `most` (1 or more)."""
    return _of_touches(paths, paths.place >= paths.lengths[paths.path_of_touch] - most)


PLAIN: dict[str, Callable[[Paths], Paths]] = {"unique": unique, "exposure": exposure, "first": first, "frequency": frequency}
OF_A_CHANNEL: dict[str, Callable[[Paths, str], Paths]] = {
    "remove_if_not_all": remove_if_not_all,
    "remove_if_last_and_not_all": remove_if_last_and_not_all,
}


def _of_touches(paths: Paths, kept: Bools, channels: list[str] | None = None, codes: np.ndarray | None = None) -> Paths:
    """The paths of the kept touches, under other channels where they are given."""
    ends = np.concatenate([[0], np.cumsum(kept)])[paths.offsets]
    names, of_touch = (paths.channels, paths.codes) if channels is None or codes is None else (channels, codes)
    return counted(names, of_touch[kept], ends, paths.conversions, paths.value, paths.nulls)


def _channel_in_path(paths: Paths) -> np.ndarray:
    """A number for each pair of path and channel, per touch."""
    return paths.path_of_touch * len(paths.channels) + paths.codes


def _is_first_of_channel(paths: Paths) -> Bools:
    is_first = np.zeros(len(paths.codes), bool)
    is_first[np.unique(_channel_in_path(paths), return_index=True)[1]] = True
    return is_first


def _is_of(paths: Paths, channel: str) -> Bools:
    return np.array([each == channel for each in paths.channels], bool)[paths.codes]


def _is_alone(paths: Paths, others: Bools) -> Bools:
    """Whether the path of a touch has no other touches than those of the channel."""
    return summed(paths.path_of_touch, others.astype(np.float64), len(paths))[paths.path_of_touch] == 0
