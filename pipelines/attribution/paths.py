"""A table of paths: which channels people came by, how often they converted, for how much, how often they did not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Paths:
    """Distinct paths in order of their channels' names. Path i is `codes[offsets[i]:offsets[i + 1]]`, earliest touch first.

    `conversions`, `value` (of all conversions of the path, in any one unit) and `nulls` (journeys that did not convert) have an
    entry per path. Made by `counted`, so that the same journeys give the same arrays in whatever order they are told.
    """

    channels: tuple[str, ...]
    codes: Ints
    offsets: Ints
    conversions: Floats
    value: Floats
    nulls: Floats

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def journeys(self) -> Floats:
        """How often each path was walked, converting or not."""
        return self.conversions + self.nulls

    @cached_property
    def lengths(self) -> Ints:
        """Touches of each path."""
        return np.diff(self.offsets)

    @cached_property
    def path_of_touch(self) -> Ints:
        """Index of the path of each touch."""
        return np.repeat(np.arange(len(self)), self.lengths)

    @cached_property
    def place(self) -> Ints:
        """Place of each touch in its path, 0 = earliest."""
        return np.arange(len(self.codes)) - np.repeat(self.offsets[:-1], self.lengths)

    def credit(self, share_of_touch: Floats) -> tuple[Floats, Floats]:
        """(conversions, value) of each channel where each touch earns its share of its path."""
        count = len(self.channels)
        conversions = summed(self.codes, share_of_touch * self.conversions[self.path_of_touch], count)
        return conversions, summed(self.codes, share_of_touch * self.value[self.path_of_touch], count)


def counted(
    channels: Sequence[str],
    codes: NDArray[np.integer],
    offsets: NDArray[np.integer],
    conversions: NDArray[np.number],
    value: NDArray[np.number],
    nulls: NDArray[np.number],
) -> Paths:
    """Journeys or rows of a path table, equal paths added up; rows of no touch and channels of no row are left out.

    `codes` are indices into `channels`; row i is `codes[offsets[i]:offsets[i + 1]]` and has entry i of the three counts.
    """
    used = np.flatnonzero(np.bincount(codes, minlength=len(channels))).tolist()
    by_name = sorted({channels[code] for code in used})
    rank_of_name = {name: rank for rank, name in enumerate(by_name)}
    rank_of_code = np.zeros(len(channels), np.int64)
    rank_of_code[used] = [rank_of_name[channels[code]] for code in used]
    by_rank = rank_of_code[codes]
    bounds: Ints = np.asarray(offsets, np.int64)
    kept = np.flatnonzero(np.diff(bounds))
    starts, lengths = bounds[:-1][kept], np.diff(bounds)[kept]
    group, shown = _same_paths(by_rank, starts, lengths, len(by_name))
    distinct = int(group.max(initial=-1)) + 1
    ends = np.concatenate([[0], np.cumsum(lengths[shown])])
    touches = np.arange(ends[-1]) + np.repeat(starts[shown] - ends[:-1], lengths[shown])
    return Paths(
        tuple(by_name),
        by_rank[touches],
        ends,
        *(summed(group, np.asarray(each, np.float64)[kept], distinct) for each in (conversions, value, nulls)),
    )


def summed(index: Ints, amount: Floats, count: int) -> Floats:
    """The amounts of each index, added up."""
    return np.bincount(index, amount, count).astype(np.float64, copy=False)


def _same_paths(codes: Ints, starts: Ints, lengths: Ints, channel_count: int) -> tuple[Ints, Ints]:
    """(the rank of each row's path among the distinct ones, a row of each distinct path), ranked by channel, touch after touch.

    As many touches as fit are packed into one integer, a digit each, 0 where the path has ended; rows that agree so far are told
    apart by the next integer.
    """
    base = channel_count + 1
    digits = max(1, int(62 / np.log2(base)))
    rank = np.zeros(len(starts), np.int64)
    first = np.zeros(min(1, len(starts)), np.int64)
    open_rows = np.arange(len(starts))
    for begin in range(0, int(lengths.max(initial=0)), digits):
        word = np.zeros(len(open_rows), np.int64)
        for place in range(begin, begin + digits):
            inside = place < lengths[open_rows]
            word *= base
            word[inside] += codes[starts[open_rows[inside]] + place] + 1
        rank, first = _refined(rank, open_rows, word)
        open_rows = open_rows[lengths[open_rows] > begin + digits]
    return rank, first


def _refined(rank: Ints, rows: Ints, word: Ints) -> tuple[Ints, Ints]:
    """The ranks once rows of one rank are told apart by a word; rows that are not listed have the least word."""
    told = np.zeros(len(rank), np.int64)
    told[rows] = word
    order = np.lexsort((told, rank))
    step = np.flatnonzero(np.concatenate([[True], (np.diff(rank[order]) != 0) | (np.diff(told[order]) != 0)]))
    refined = np.empty(len(rank), np.int64)
    refined[order] = np.repeat(np.arange(len(step)), np.diff(np.append(step, len(rank))))
    return refined, order[step]


def told(rows: Iterable[tuple[Sequence[str], float, float, float]]) -> Paths:
    """Paths of rows (channels, conversions, value, nulls)."""
    codes: dict[str, int] = {}
    flat: list[int] = []
    offsets, counts = [0], []
    for path, *numbers in rows:
        flat.extend(codes.setdefault(channel, len(codes)) for channel in path)
        offsets.append(len(flat))
        counts.append(numbers)
    table = np.array(counts, np.float64).reshape(-1, 3)
    return counted(tuple(codes), np.array(flat, np.int64), np.array(offsets), *table.T)
