"""What brought the orders of a month: the published numbers, adding up, and no interval from a handful of customers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from dashboards import charts
from dashboards.figures import Figures
from dashboards.format import DASH
from dashboards.months import Month, Way, _last_on
from dashboards.reports import report_page
from dashboards.ways import TOP_WAYS, agreement_rows, way_rows
from tests.unit.dashboards.html_pages import Page
from warehouse.currency import minor_of


@pytest.fixture
def month(figures: Figures) -> Month:
    assert figures.month
    return figures.month


def test_the_last_whole_month_is_told(month: Month) -> None:
    assert (month.month_on, month.is_whole) == (date(2026, 10, 1), True)
    assert [_last_on(date(2024, number, 1)).day for number in (1, 2, 4, 12)] == [31, 29, 30, 31]


def test_ways_add_up_to_all_orders(month: Month, figures: Figures, version: Path) -> None:
    table = pq.read_table(version / f"shop={figures.shop.shop_id}" / "attribution_path.parquet")
    told = table.filter(pc.equal(table["month_on"], month.month_on))
    *rows, last = way_rows(month, figures.shop.currency)
    assert int(last.orders) == sum(int(row.orders) for row in rows) == pc.sum(told["conversions"]).as_py() == month.orders
    nets = [minor_of(row.net, figures.shop.currency) for row in (*rows, last)]
    assert nets[-1] == sum(nets[:-1]) == pc.sum(told["net_minor"]).as_py()
    assert len(rows) <= TOP_WAYS + 2


def test_rarer_ways_are_one_row_and_have_no_median(month: Month, figures: Figures) -> None:
    ways = tuple(Way(f"a{number} > b", 2, 100, 1.0) for number in range(TOP_WAYS + 1))
    ways += (Way("other paths", 5, 10, 2.0), Way("unattributed", 7, 3, None))
    rows = way_rows(replace(month, ways=ways, touches={0: 7, 2: 23}), figures.shop.currency)
    assert [row.orders for row in rows] == [*["2"] * TOP_WAYS, "7", "7", "30"]
    assert [row.name for row in rows[-3:]] == ["Rarer ways", "No touch in the 7 days before", "All orders"]
    assert rows[0].name == "A0 → B"
    assert [row.time == DASH for row in rows] == [*[False] * TOP_WAYS, True, True, True]


def test_longer_paths_are_told_together(month: Month) -> None:
    long = replace(month, touches={0: 9, 1: 3, 6: 2, 50: 4})
    assert charts.touches_chart(long).spec["data"][0]["x"] == [3, 0, 0, 0, 0, 6]
    assert charts.days_chart(replace(month, days={0: 1, 2: 3})).categories == ("Within 24 hours", "1 day later", "2 days later")


def test_no_interval_from_fewer_than_eleven_customers(month: Month) -> None:
    row = replace(month.agreement[0], low=1.0, high=2.0)
    few, enough = (agreement_rows(replace(month, agreement=(replace(row, customers=number),)))[0] for number in (10, 11))
    assert (few.interval, enough.interval) == ("", f"1.0{DASH}2.0")


def test_a_month_without_a_touch_has_no_section(figures: Figures) -> None:
    assert figures.month
    assert "ways" in Page(report_page(figures.shop, figures)).tables
    for month in (None, replace(figures.month, days={})):
        assert "ways" not in Page(report_page(figures.shop, replace(figures, month=month))).tables
