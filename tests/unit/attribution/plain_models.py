"""The models worked out a second way: fractions, dictionaries and no cleverness. Slow; for tiny worlds."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from itertools import pairwise, permutations

from tests.unit.attribution.worlds import Row

Path = tuple[str, ...]
Gain = tuple[Fraction, Fraction]  # of conversions, of value


def distinct(world: list[Row]) -> dict[Path, list[int]]:
    """Conversions, value, nulls of each path."""
    found: dict[Path, list[int]] = defaultdict(lambda: [0, 0, 0])
    for path, *counts in world:
        found[tuple(path)] = [have + more for have, more in zip(found[tuple(path)], counts, strict=True)]
    return found


def channels(world: list[Row]) -> list[str]:
    return sorted({channel for path, *_ in world for channel in path})


def removal_effects(world: list[Row], order: int, with_nulls: bool) -> dict[str, Gain]:
    whole = reached(world, order, with_nulls, None)
    left = {channel: reached(world, order, with_nulls, channel) for channel in channels(world)}
    return {
        channel: tuple(1 - have / all_of_it if all_of_it else Fraction(0) for have, all_of_it in zip(gain, whole, strict=True))  # type: ignore[misc]
        for channel, gain in left.items()
    }


def reached(world: list[Row], order: int, with_nulls: bool, removed: str | None) -> Gain:
    """(conversions, value) a journey of the chain from which nobody comes back who touches the removed channel."""
    moves: dict[Path, Counter[Path]] = defaultdict(Counter)
    gains: dict[Path, list[int]] = defaultdict(lambda: [0, 0])
    for path, (conversions, value, nulls) in distinct(world).items():
        weight = conversions + (nulls if with_nulls else 0)
        if weight:
            windows: list[Path] = [(), *(path[max(0, end - order) : end] for end in range(1, len(path) + 1))]
            for before, after in pairwise(windows):
                moves[before][after] += weight
            moves[windows[-1]][("end",)] += weight
            gains[windows[-1]][0] += conversions
            gains[windows[-1]][1] += value
    return solved(moves, gains, removed) if moves else (Fraction(0), Fraction(0))


def solved(moves: dict[Path, Counter[Path]], gains: dict[Path, list[int]], removed: str | None) -> Gain:
    """Gauss and Jordan on h = r + Qh; h of the empty window."""
    windows = sorted(window for window in moves if not window or window[-1] != removed)
    place = {window: index for index, window in enumerate(windows)}
    rows = []
    for window in windows:
        out = sum(moves[window].values())
        line = [Fraction(0)] * len(windows) + [Fraction(gain, out) for gain in gains[window]]
        line[place[window]] += 1
        for after, weight in moves[window].items():
            if after in place:
                line[place[after]] -= Fraction(weight, out)
        rows.append(line)
    for pivot in range(len(windows)):
        chosen = next(index for index in range(pivot, len(rows)) if rows[index][pivot])
        rows[pivot], rows[chosen] = rows[chosen], rows[pivot]
        rows[pivot] = [each / rows[pivot][pivot] for each in rows[pivot]]
        for index, line in enumerate(rows):
            if index != pivot and line[pivot]:
                rows[index] = [each - line[pivot] * own for each, own in zip(line, rows[pivot], strict=True)]
    return rows[place[()]][-2], rows[place[()]][-1]


def rate_game(world: list[Row]) -> dict[str, Gain]:
    """The mean gain of a channel's coming, over all orders in which channels can come."""
    return mean_gain(world, lambda inside, journeys: tuple(Fraction(each, journeys) if journeys else Fraction(0) for each in inside))


def sum_game(world: list[Row]) -> dict[str, Gain]:
    return mean_gain(world, lambda inside, journeys: tuple(map(Fraction, inside)))


def mean_gain(world: list[Row], worth_of) -> dict[str, Gain]:  # type: ignore[no-untyped-def]
    def worth(coalition: Path) -> Gain:
        inside = [counts for path, counts in distinct(world).items() if set(path) <= set(coalition)]
        conversions, value, nulls = (sum(column) for column in zip(*inside, strict=True)) if inside else (0, 0, 0)
        return worth_of((conversions, value), conversions + nulls)

    names = channels(world)
    arrivals = list(permutations(names))
    found: dict[str, Gain] = {}
    for channel in names:
        before = [arrival[: arrival.index(channel)] for arrival in arrivals]
        gains = [(worth((*coming, channel)), worth(coming)) for coming in before]
        found[channel] = tuple(sum(with_it[kind] - without[kind] for with_it, without in gains) / len(arrivals) for kind in (0, 1))  # type: ignore[assignment]
    return found


def leave_one_out(world: list[Row]) -> dict[Path, list[Fraction]]:
    paths = distinct(world)
    rate = {path: Fraction(counts[0], counts[0] + counts[2]) for path, counts in paths.items() if counts[0] + counts[2]}
    found = {}
    for path, (conversions, *_) in paths.items():
        drops = [
            max(rate.get(path, Fraction(0)) - rate.get(path[:at] + path[at + 1 :], Fraction(0)), Fraction(0)) for at in range(len(path))
        ]
        shares = [drop / sum(drops) for drop in drops] if sum(drops) else [Fraction(0)] * (len(path) - 1) + [Fraction(1)]
        found[path] = shares if conversions else [Fraction(0)] * len(path)
    return found


def rules(path: Path) -> dict[str, list[Fraction]]:
    """Shares of a path's touches; `Direct` is the direct channel, 40 % go to each end, half the weight a step back."""
    count, last = len(path), len(path) - 1
    not_direct = [at for at in range(count) if path[at] != "Direct"]
    chosen = not_direct[-1] if not_direct else last
    decayed = [Fraction(1, 2 ** (last - at)) for at in range(count)]
    of_channel = Counter(path)
    ends = {1: [Fraction(1)], 2: [Fraction(1, 2)] * 2}
    between = [Fraction(1, 5 * (count - 2))] * (count - 2) if count > 2 else []
    return {
        "first_touch": [Fraction(at == 0) for at in range(count)],
        "last_touch": [Fraction(at == last) for at in range(count)],
        "last_non_direct": [Fraction(at == chosen) for at in range(count)],
        "linear": [Fraction(1, count)] * count,
        "linear_unique": [Fraction(1, len(of_channel) * of_channel[channel]) for channel in path],
        "time_decay": [each / sum(decayed) for each in decayed],
        "position": ends.get(count, [Fraction(2, 5), *between, Fraction(2, 5)]),
    }
