"""Sales by source, payment and category, the cash view, and buyers who come back: told plainly, from the orders of one shop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pipelines.sources.rows import MessageEvent, Row
from tests.reference.orders import LoneRefund, Order, names_of
from tests.reference.reports import reorders

DAY_S = 86_400
GAPS = {"within_7d_orders": 7, "within_30d_orders": 30, "within_90d_orders": 90}
Orders = dict[str, Order]


def sales_daily(orders: Orders, lone: list[LoneRefund]) -> dict[tuple[int, str, str, str], list[int]]:
    """(day, source, payment, currency) -> [orders, gross, discount, refund, cash refund, tax, shipping]."""
    report: dict[tuple[int, str, str, str], list[int]] = defaultdict(lambda: [0] * 7)
    for order in orders.values():
        how = order.source, order.payment, order.currency
        _add(report[order.ordered_day, *how], (1, order.gross, order.discount, order.refund, 0, order.tax, order.shipping))
        for day, _, amount in cash_by_line(order):
            _add(report[day, *how], (0, 0, 0, 0, amount, 0, 0))
    for each in lone:
        if each.refund:
            _add(report[each.day, each.source, "", each.currency], (0, 0, 0, each.refund, each.refund, 0, 0))
    return dict(report)


def spend_daily(orders: Orders, lone: list[LoneRefund], name: str) -> dict[tuple[int, str, str], list[int]]:
    """(day, value of the line's `name`, currency) -> [orders, quantity, gross, discount, refund, cash refund]."""
    report: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0] * 6)
    for order in orders.values():
        filed = {line.key: getattr(line, name) for line in order.lines}
        for value in {*filed.values()}:
            report[order.ordered_day, value, order.currency][0] += 1
        for line in order.lines:
            cell = report[order.ordered_day, filed[line.key], order.currency]
            _add(cell, (0, line.quantity, line.gross, line.discount, line.refund, 0))
        for day, key, amount in cash_by_line(order):
            report[day, filed[key], order.currency][5] += amount
    for each in lone:
        if each.refund:
            _add(report[each.day, getattr(each, name, ""), each.currency], (0, 0, 0, 0, each.refund, each.refund))
    return dict(report)


def cash_by_line(order: Order) -> list[tuple[int, str, int]]:
    """(day, line, amount) other than zero: first what names its line, then what is left, by the line's and the day's part in it."""
    lines, days = [line.key for line in order.lines], sorted({day for day, _, _ in order.given})
    named: dict[tuple[int, str], int] = defaultdict(int)
    for day, key, amount in order.given:
        if key in lines:
            named[day, key] += amount
    of_line = {line.key: line.refund - sum(named[day, line.key] for day in days) for line in order.lines}
    of_day = {day: sum(each[2] for each in order.given if each[0] == day) - sum(named[day, key] for key in lines) for day in days}
    total = sum(of_day.values())
    cells: dict[tuple[int, str], int] = {}
    for day in days[:-1]:
        for key in lines[:-1]:
            product = of_line[key] * of_day[day]
            cells[day, key] = abs(product) // abs(total) * (1 if product * total > 0 else -1) if total else 0
        cells[day, lines[-1]] = of_day[day] - sum(cells[day, key] for key in lines[:-1])
    for key in lines if days else ():
        cells[days[-1], key] = of_line[key] - sum(cells[day, key] for day in days[:-1])
    assert all(sum(cells[day, key] for key in lines) == of_day[day] for day in days)
    return [(day, key, each) for (day, key), cell in cells.items() if (each := cell + named[day, key])]


def repeat_daily(rows: list[Row], orders: Orders) -> dict[int, dict[str, int]]:
    """Day -> the counts of the report."""
    report: dict[int, dict[str, int]] = {}
    names, days = names_of(rows), {row.occurred_ms // 1000: row.occurred_day for row in rows if isinstance(row, MessageEvent)}
    likes: dict[str, int] = {}
    for (_, order_ref), second in reorders(rows).items():
        key = names.get(order_ref, order_ref)
        likes[key] = min(likes.get(key, days[second]), days[second])
    for order in orders.values():
        if order.buyer:
            _count(report, order.ordered_day, "buyer_orders")
        if order.last_ordered_s is not None:
            gap_s = order.ordered_ms // 1000 - order.last_ordered_s
            within = next((name for name, most in GAPS.items() if gap_s <= most * DAY_S), "later_orders")
            _count(report, order.ordered_day, "returning_orders", within, "reorders")
    for key, day in likes.items():
        order = orders.get(key)
        is_counted = order is not None and order.last_ordered_s is not None
        _count(report, order.ordered_day if order else day, "like_reorders", *(() if is_counted else ("reorders",)))
    return report


def repeat_monthly(orders: Orders, month_of: Any) -> dict[Any, dict[str, Any]]:
    """Month -> the counts of the report; gaps in days by nearest rank."""
    months: dict[Any, list[Order]] = defaultdict(list)
    for order in orders.values():
        if order.buyer:
            months[month_of(order.ordered_day)].append(order)
    report = {}
    for month, these in months.items():
        again = [order for order in these if order.last_ordered_s is not None]
        gaps = sorted(order.ordered_ms // 1000 - (order.last_ordered_s or 0) for order in again)
        report[month] = {
            "buyers": len({order.buyer for order in these}),
            "repeat_buyers": len({order.buyer for order in again}),
            "returning_orders": len(again),
            "median_gap_days": gaps[(len(gaps) + 1) // 2 - 1] / DAY_S if gaps else None,
            "p90_gap_days": gaps[-(-9 * len(gaps) // 10) - 1] / DAY_S if gaps else None,
        }
    return report


def _count(report: dict[int, dict[str, int]], day: int, *names: str) -> None:
    every = ("buyer_orders", "returning_orders", *GAPS, "later_orders", "reorders", "like_reorders")
    counts = report.setdefault(day, dict.fromkeys(every, 0))
    for name in names:
        counts[name] += 1


def _add(cell: list[int], amounts: Iterable[int]) -> None:
    cell[:] = [old + new for old, new in zip(cell, amounts, strict=True)]
