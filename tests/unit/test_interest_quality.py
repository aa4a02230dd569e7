"""How interest is judged: what counts as a hit, which weeks, and that a score sees nothing of the week it is judged on."""

from __future__ import annotations

import pytest

from pipelines.interest_quality.judging import Hits, judge, table
from pipelines.markdown import with_section
from pipelines.sources.rows import OrderEvent, OrderLine, Row
from tests.reference.warehouses import memory_warehouse, store

DAY_MS = 86_400_000
FIRST_DAY = 20_500  # 2026-02-16
POPULAR = [f"popular {number}" for number in range(6)]


def order(number: int, day: int, buyer: str, products: list[str]) -> list[Row]:
    at = (FIRST_DAY + day) * DAY_MS
    alike = {"shop_id": "s", "source": "orders_table", "occurred_ms": at, "occurred_day": FIRST_DAY + day}
    told = {"order_ref": f"no:{number}", "told_ms": at, "currency": "EUR"}
    lines = [
        OrderLine(
            **alike, **told, version_key="v", line_key=f"l{place}", product_id=product, quantity=1, unit_price_micro=0, gross_minor=100
        )
        for place, product in enumerate(products)
    ]
    event = OrderEvent(**alike, **told, asset_id="1", state="created", person_key=buyer, version_key="v", gross_minor=100 * len(products))
    return [event, *lines]


def world() -> list[Row]:
    """Four weeks in which six products are popular and one buyer wants another; then a week to foresee."""
    rows = [row for number in range(20) for row in order(number, number, f"buyer {number}", POPULAR[: 6 - number % 2])]
    rows += [row for number in range(3) for row in order(100 + number, 20 + number, "faithful", ["rare"])]
    rows += order(200, 28, "faithful", ["rare"])
    rows += order(201, 29, "stranger", [POPULAR[0]])
    rows += order(202, 34, "explorer", ["new"])
    return rows


def test_hits_are_counted_by_hand() -> None:
    with memory_warehouse() as con:
        store(con, world())
        said: list[str] = []
        assert judge(con, 1, said.append) == Hits(buyers=3, ours=2, popular=1, parted=1, products=7)
        assert said == ["week of 2026-03-16"]


def test_a_week_is_not_seen_by_the_scores_it_judges() -> None:
    with memory_warehouse() as con:
        store(con, [*world(), *(row for number in range(50) for row in order(300 + number, 34, f"late {number}", ["new"]))])
        assert judge(con, 1, str) == Hits(buyers=53, ours=2, popular=1, parted=1, products=7)


def test_a_warehouse_without_orders_has_nothing_to_judge() -> None:
    with memory_warehouse() as con:
        assert judge(con, 2, str) == Hits()
    assert table({"nothing": Hits()})[-1] == "| nothing | 0 | 0 | none | none | none |"


def test_the_table_tells_rates_with_their_intervals() -> None:
    assert table({"a set": Hits(100, 50, 25, 35, 9)})[-1] == (
        "| a set | 9 | 100 | 0.250 (0.175 to 0.343) | 0.500 (0.404 to 0.596) | 2.00 (1.44 to 2.78) |"
    )


def test_a_section_of_a_page_is_written_anew() -> None:
    page = "above\n<!-- x:begin -->\nold\n<!-- x:end -->\nbelow\n"
    assert with_section(page, "x", ["new", "lines"]) == "above\n<!-- x:begin -->\nnew\nlines\n<!-- x:end -->\nbelow\n"
    with pytest.raises(ValueError, match="holds no <!-- y:begin -->"):
        with_section(page, "y", [])
