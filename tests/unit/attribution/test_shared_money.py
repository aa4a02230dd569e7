"""Money shared among touches, against a plain telling: rows in any order, any number at a time, amounts of any size."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.attribution import money
from pipelines.attribution.models import MODELS
from pipelines.attribution.money import money_daily, product_money

WHOLE = 1_000_000_000
PPB = [f"{model}_ppb" for model in MODELS]
OF_TOUCH = ("attribution_window", "channel", "ad_id", "product_id")
OF_AMOUNT = ("ordered_on", "counted_on", "currency", "measure")
TOUCH = st.tuples(st.sampled_from("mn"), st.sampled_from(["", "ad"]))
AMOUNT = st.tuples(st.sampled_from("xy"), st.sampled_from(["gross", "refund"]), st.integers(-(10**17), 10**17).filter(bool))
PATHS = st.dictionaries(st.sampled_from(["1d", "7d"]), st.lists(TOUCH, min_size=1, max_size=4), min_size=1)
ORDER = st.tuples(PATHS, st.lists(AMOUNT, max_size=3))


def rows_of(orders: list[Any], draw: Random) -> list[dict[str, Any]]:
    """The rows of some orders; the first window has no shapley_rate."""
    rows: list[dict[str, Any]] = []
    for number, (paths, amounts) in enumerate(orders):
        key = {"shop_id": "s", "order_key": str(number)}
        for window, touches in paths.items():
            shares = {name: parts(len(touches), draw) for name in PPB}
            if window == "1d":
                shares["shapley_rate_ppb"] = [None] * len(touches)
            for place, (channel, ad_id) in enumerate(touches):
                path = {"attribution_window": window, "place": place + 1, "channel": channel, "ad_id": ad_id, "product_id": ""}
                rows.append(key | path | {name: share[place] for name, share in shares.items()})
        for day, measure, amount in amounts:
            rows.append(key | {"ordered_on": day, "counted_on": day, "currency": "EUR", "measure": measure, "amount": amount})
    draw.shuffle(rows)
    return rows


def parts(count: int, draw: Random) -> list[int]:
    cuts = sorted(draw.randint(0, WHOLE) for _ in range(count - 1))
    return [high - low for low, high in zip([0, *cuts], [*cuts, WHOLE], strict=True)]


def table(rows: list[dict[str, Any]], *more: str) -> pa.Table:
    texts = ["shop_id", "order_key", *OF_TOUCH, *OF_AMOUNT, *more]
    schema = pa.schema([*((name, pa.string()) for name in texts), *((name, pa.int64()) for name in ("place", "amount", *PPB))])
    return pa.Table.from_pylist(rows, schema)


def told_plainly(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], list[int | None]]:
    """(shop, day ...) -> what each model credits."""
    sums: dict[tuple[Any, ...], list[int | None]] = defaultdict(lambda: [0] * len(MODELS))
    paths = defaultdict(list)
    for row in sorted((row for row in rows if "place" in row), key=lambda row: row["place"]):
        paths[row["order_key"], row["attribution_window"]].append(row)
    for amount in (row for row in rows if "amount" in row):
        for (order, _), touches in paths.items():
            if order == amount["order_key"]:
                for number, name in enumerate(PPB):
                    given = [abs(amount["amount"]) * (touch[name] or 0) // WHOLE for touch in touches[:-1]]
                    for touch, share in zip(touches, [*given, abs(amount["amount"]) - sum(given)], strict=True):
                        cell = sums[tuple(touch[key] for key in OF_TOUCH) + tuple(amount[key] for key in OF_AMOUNT)]
                        told = cell[number]
                        cell[number] = None if touch[name] is None or told is None else told + (share if amount["amount"] > 0 else -share)
    return dict(sums)


@settings(max_examples=60, deadline=None)
@given(orders=st.lists(ORDER, max_size=6), draw=st.randoms(use_true_random=False), at_once=st.sampled_from([2, 7, 100_000]))
def test_money_is_shared_as_the_plain_telling_says(orders, draw, at_once) -> None:
    rows = rows_of(orders, draw)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(money, "_AT_ONCE", at_once)
        found = money_daily(table(rows)).to_pylist()
    assert {tuple(row[key] for key in (*OF_TOUCH, *OF_AMOUNT)): [row[model] for model in MODELS] for row in found} == told_plainly(rows)
    assert len(found) == len(told_plainly(rows))


@settings(max_examples=30, deadline=None)
@given(orders=st.lists(ORDER, max_size=6), draw=st.randoms(use_true_random=False))
def test_products_have_what_days_have(orders, draw) -> None:
    rows = rows_of(orders, draw)
    bought = [row | {"product_id": "bought", "month_on": "m"} if "amount" in row else {**row, "product_id": None} for row in rows]
    daily, monthly = money_daily(table(rows)).to_pylist(), product_money(table(bought, "month_on")).to_pylist()
    for model in MODELS:
        assert sum(row[model] or 0 for row in daily) == sum(row[model] or 0 for row in monthly)
