"""Money of orders, shared among the touches that their buyers came by.

The touches of a path share each amount of its order by their parts per billion, cut to the minor unit; the last touch takes what the
others leave, so that credit adds up to the orders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.attribution.columns import begins, codes, in_order, ints
from pipelines.attribution.credit import WHOLE
from pipelines.attribution.models import MODELS
from pipelines.attribution.paths import Ints
from pipelines.cores import cores

_AT_ONCE = 100_000  # pairs of an amount and a touch: what is computed of them fits a cache


def money_daily(rows: pa.Table) -> pa.Table:
    """Rows as attribution/money_daily.sql gives them, touches and amounts in any order -> what each model credits per day and the
    channel, ad and product touched; null where a model is not solved."""
    of_touch = ("attribution_window", "channel", "ad_id", "product_id")
    return _credited(rows, of_touch, ("shop_id", "ordered_on", "counted_on", *of_touch, "currency", "measure"))


def product_money(rows: pa.Table) -> pa.Table:
    """The same of attribution/product_money.sql, per month, channel touched and product bought."""
    of_touch = ("attribution_window", "channel")
    return _credited(rows, of_touch, ("shop_id", "month_on", *of_touch, "product_id", "currency", "measure"))


def _credited(rows: pa.Table, of_touch: tuple[str, ...], keys: tuple[str, ...]) -> pa.Table:
    """Sums by the keys, of which a touch has those named first and an amount the others."""
    of_amount = tuple(key for key in keys if key not in of_touch)
    order, window = codes(rows, "shop_id", "order_key"), codes(rows, "attribution_window")
    path = order * (window.max(initial=0) + 1) + window
    is_amount = pc.is_valid(rows["measure"]).to_numpy()
    touch, amount = np.flatnonzero(~is_amount), np.flatnonzero(is_amount)
    touch, amount = touch[in_order(path[touch], ints(rows, "place")[touch])], amount[np.argsort(order[amount])]
    touches, amounts = _Grouped.of(codes(rows, *of_touch)[touch]), _Grouped.of(codes(rows, *of_amount)[amount])
    minor, ppb = ints(rows, "amount")[amount], [ints(rows, f"{model}_ppb")[touch] for model in MODELS]

    def credited(shares: _Shares) -> tuple[Ints, list[Ints]]:
        group = touches.group[shares.touch] * len(amounts.shown) + shares.for_each_touch(amounts.group[shares.amount])
        return _summed(group, shares.credited(minor, ppb))

    with ThreadPoolExecutor(cores()) as threads:
        parts = list(threads.map(credited, _shares(path[touch], order[touch], order[amount]).parts()))
    group = np.concatenate([group for group, _ in parts])
    group, sums = _summed(group, [np.concatenate(each) for each in zip(*(sums for _, sums in parts), strict=True)])
    of_touches, of_amounts = np.divmod(group, max(len(amounts.shown), 1))
    by_touch, by_amount = touches.shown[of_touches], amounts.shown[of_amounts]
    shown = dict.fromkeys(of_touch, touch[by_touch]) | dict.fromkeys(of_amount, amount[by_amount])
    told = {key: rows[key].take(shown[key]) for key in keys}
    solved = {model: pa.array(each, mask=parts[by_touch] < 0) for model, each, parts in zip(MODELS, sums, ppb, strict=True)}
    return pa.table(told | solved)


def _summed(group: Ints, amounts: Iterable[Ints]) -> tuple[Ints, list[Ints]]:
    """Each group once, and the sums of its amounts."""
    coded = pa.array(group).dictionary_encode()
    place, sums = coded.indices.to_numpy(), []
    for amount in amounts:
        sums.append(np.zeros(len(coded.dictionary), np.int64))
        np.add.at(sums[-1], place, amount)
    return coded.dictionary.to_numpy(), sums


@dataclass(frozen=True, eq=False)
class _Grouped:
    """The group of each row, and of each group a row that shows what it is."""

    group: Ints
    shown: Ints

    @classmethod
    def of(cls, code: Ints) -> _Grouped:
        coded = pa.array(code).dictionary_encode()
        group, shown = coded.indices.to_numpy().astype(np.int64), np.zeros(len(coded.dictionary), np.int64)
        shown[group] = np.arange(len(group))
        return cls(group, shown)


@dataclass(frozen=True, eq=False)
class _Shares:
    """Amounts, each to be shared by one path of its order: where the touches of the path begin, how many they are, and the amount."""

    begin: Ints
    touches: Ints
    amount: Ints

    def parts(self) -> Iterator[_Shares]:
        """The shares, about so many pairs at a time."""
        pairs = np.cumsum(self.touches)
        bounds = np.searchsorted(pairs, np.arange(_AT_ONCE, pairs[-1] if len(pairs) else 0, _AT_ONCE))
        for each in zip(*(np.split(array, bounds) for array in (self.begin, self.touches, self.amount)), strict=True):
            yield _Shares(*each)

    @cached_property
    def touch(self) -> Ints:
        """The touch of each pair, share after share."""
        return _runs(self.begin, self.touches)

    def for_each_touch(self, of_share: Ints) -> Ints:
        return np.repeat(of_share, self.touches)

    def credited(self, minor: Ints, ppb: Iterable[Ints]) -> Iterator[Ints]:
        """What each touch gets of the amounts by each column of parts per billion.

        An amount is high * 10^9 + low, so that products fit 64 bits.
        """
        first = np.cumsum(self.touches) - self.touches
        last = first + self.touches - 1
        amount = minor[self.amount]
        size, sign = np.abs(amount), self.for_each_touch(np.sign(amount))
        high, low = self.for_each_touch(size // WHOLE), self.for_each_touch(size % WHOLE)
        for each in ppb:
            part = each[self.touch]
            share = high * part + low * part // WHOLE
            share[last] = 0
            share[last] = size - np.add.reduceat(share, first)
            yield sign * share


def _shares(path: Ints, order_of_touch: Ints, order_of_amount: Ints) -> _Shares:
    """Each path with each amount of its order. Touches are in order of paths, amounts in order of their orders."""
    begin = begins(path)
    touches = np.diff(np.append(begin, len(path)))
    first, after = (np.searchsorted(order_of_amount, order_of_touch[begin], side) for side in ("left", "right"))
    return _Shares(np.repeat(begin, after - first), np.repeat(touches, after - first), _runs(first, after - first))


def _runs(begin: Ints, count: Ints) -> Ints:
    """Runs of whole numbers one after the other: so many from each beginning."""
    before = np.cumsum(count) - count
    return np.repeat(begin - before, count) + np.arange(count.sum())
