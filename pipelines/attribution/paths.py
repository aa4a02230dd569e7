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

    As many touches as fit are packed into a word of 62 bits, a digit each, 0 where the path has ended. Rows are ranked by their
    last words, then by those before with the rank of what follows, so that a long path costs its own length.
    """
    base = channel_count + 1
    digits = max(1, int(62 / np.log2(max(base, 2))))
    place = np.arange(len(codes)) - np.repeat(starts, lengths)
    begins = np.flatnonzero(place % digits == 0)
    powers = base ** np.arange(digits - 1, -1, -1, dtype=np.int64)
    words = np.add.reduceat((codes + 1) * powers[place % digits], begins) if len(begins) else np.zeros(0, np.int64)
    word_counts = -(-lengths // digits)
    first_word = np.cumsum(word_counts) - word_counts
    rank = np.zeros(len(starts), np.int64)  # 0 where a row has no more words, else 1 + its rank among those that have
    shown = np.zeros(0, np.int64)
    for level in reversed(range(int(word_counts.max(initial=0)))):
        rows = np.flatnonzero(word_counts > level)
        among, first = _ranked(words[first_word[rows] + level], rank[rows], base)
        rank[rows], shown = among + 1, rows[first]
    return rank - 1, shown


def _ranked(word: Ints, following: Ints, base: int) -> tuple[Ints, Ints]:
    """(the rank of each row by word and what follows, equal ones sharing theirs; a row of each rank)."""
    order = np.argsort(word)
    if following.any():
        full = np.flatnonzero(word[order] % base)  # only a word without room is followed; equal ones lie side by side
        rows = order[full]
        order[full] = rows[np.lexsort((following[rows], word[rows]))]
    word, following = word[order], following[order]
    begins = np.concatenate([[True], (word[1:] != word[:-1]) | (following[1:] != following[:-1])])
    rank = np.empty(len(order), np.int64)
    rank[order] = np.cumsum(begins) - 1
    return rank, order[begins]


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
