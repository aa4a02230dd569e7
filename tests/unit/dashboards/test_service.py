"""What a page says of replies and order updates."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dashboards.figures import Figures, OrderUpdates, Replies
from dashboards.format import DASH, NBSP, minutes
from dashboards.reports import report_page
from dashboards.service import reply_summary, update_rows
from dashboards.suppression import FLOOR
from tests.unit.dashboards.html_pages import Page
from warehouse.snapshot import open_shop


def test_replies_of_days_with_few_people_are_left_out(version: Path, figures: Figures) -> None:
    period = [FLOOR, figures.period.first_on, figures.period.last_on]
    with open_shop(version, figures.shop.shop_id) as con:
        query = "select sum(turns), sum(answered_turns) from reply_time_daily where people >= ? and day_on between ? and ?"
        expected = con.execute(query, period).fetchone()
    replies = figures.replies
    assert (None if replies is None else (replies.turns, replies.answered_turns)) == (expected if expected and expected[0] else None)
    assert (replies is None) == (figures.shop.shop_id == "tea-room")


def test_replies_are_told_with_their_n_and_interval(figures: Figures) -> None:
    told = replace(figures, replies=Replies(200, 150, 0.5, 200.0))
    text = " ".join(Page(report_page(told.shop, told)).text.split())
    assert "waited for an answer 200 times" in text
    assert f"75.0 % (95 % interval 68.6{DASH}80.5 %)" in text.replace(NBSP, " ")
    assert f"came within 30{NBSP}s and nine in ten within 3.3{NBSP}h".replace(NBSP, " ") in text.replace(NBSP, " ")
    silent = reply_summary(Replies(12, 0, None, None))
    assert silent is not None
    assert (silent.answered, silent.median, silent.p90) == (f"0.0{NBSP}%", "", "")
    assert reply_summary(None) is None


def test_updates_count_orders_stage_by_stage(page: str, figures: Figures) -> None:
    rows = Page(page).tables["updates"][1:]
    assert [row[0] for row in rows] == ["Confirmed", "Shipped"]
    assert int(rows[0][1].replace("\u202f", "")) == sum(told.due for told in figures.order_updates if told.stage == "confirmation")
    [row] = update_rows([OrderUpdates("delivery", 4, 3, 2, 1)])
    assert (row.stage, row.due, row.sent, row.share, row.delivered, row.read) == ("Delivered", "4", "3", f"75.0{NBSP}%", "2", "1")


@pytest.mark.parametrize(("told", "text"), [(0.0, "0 s"), (0.75, "45 s"), (1.0, "1 min"), (119.4, "119 min"), (120.0, "2.0 h")])
def test_a_wait_has_the_unit_that_fits(told: float, text: str) -> None:
    assert minutes(told).replace(NBSP, " ") == text
