"""Small numbers of people: what a shared page may show.

A cell about 1 to 10 people is never shown, and never computable from what is. Zero is shown: it is about nobody.
Counts of orders and amounts of money are the shop's own books and stay exact.

Threshold 11 as in PCORnet; primary and complementary suppression after Hundepool et al., Statistical Disclosure
Control (2012), chapter 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.currency import decimal_text

FLOOR = 11
SMALL = f"<{FLOOR}"
HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class People:
    """A number of people as shown. `count` is None where it is kept back; `text` says what a reader sees instead.

    `near` is a count that may be told and lies within 10 of a kept one: the length of its bar.
    """

    count: int | None
    text: str
    near: int | None = None

    @property
    def drawn(self) -> int | None:
        """The length of a bar: the count, or its stand-in, or None."""
        return self.near if self.count is None else self.count


def is_small(count: int) -> bool:
    return 0 < count < FLOOR


def people(count: int) -> People:
    """A number that is part of no sum on the page."""
    return People(None, SMALL) if is_small(count) else _shown(count)


def partition(parts: Sequence[int]) -> tuple[list[People], People]:
    """Disjoint parts and their total, as shown.

    Small parts are kept back. As long as a kept part, or all of them together, could still be computed from the total and
    the shown parts, the smallest shown part is kept back too; where none is left, the total.
    """
    total = sum(parts)
    kept = {index for index, part in enumerate(parts) if is_small(part)}
    is_total_kept = is_small(total)
    while kept and not is_total_kept and _is_computable([parts[index] for index in kept]):
        rest = [index for index, part in enumerate(parts) if part and index not in kept]
        if rest:
            kept.add(min(rest, key=lambda index: (parts[index], index)))
        else:
            is_total_kept = True
    cells = [_kept(part) if index in kept else _shown(part) for index, part in enumerate(parts)]
    return cells, _kept(total) if is_total_kept else _shown(total)


def nested(counts: Sequence[int]) -> list[People]:
    """Counts of people of whom some are among the others, as shown; the first given are the first to be shown.

    The difference of two counts may be a number of people too (who did not take the step), so a count within 1 to 10 of a
    shown one is kept back and stands as `≈` that one.
    """
    shown: list[int] = []
    cells = []
    for count in counts:
        near = next((other for other in shown if is_small(abs(other - count))), None)
        if is_small(count):
            cells.append(People(None, SMALL))
        elif near is not None:
            cells.append(People(None, f"≈\u202f{decimal_text(near, 0)}", near))
        else:
            shown.append(count)
            cells.append(_shown(count))
    return cells


def _shown(count: int) -> People:
    return People(count, decimal_text(count, 0))


def _kept(count: int) -> People:
    return People(None, SMALL if is_small(count) else HIDDEN)


def _is_computable(kept: Sequence[int]) -> bool:
    """Whether a reader who knows the sum of the kept parts, and that each is small or not, learns a small number."""
    known = sum(kept)
    if known < FLOOR:
        return True
    lows = [1 if is_small(part) else FLOOR for part in kept]
    highs = [FLOOR - 1 if is_small(part) else known for part in kept]
    for index, part in enumerate(kept):
        low = max(lows[index], known - (sum(highs) - highs[index]))
        high = min(highs[index], known - (sum(lows) - lows[index]))
        if is_small(part) and low == high:
            return True
    return False
