"""The tiles at the top of a page: one number each, with what it is compared to, and its n and interval where it is a rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce

from dashboards import format as fmt
from dashboards.figures import Figures, Sales
from dashboards.intervals import wilson
from dashboards.suppression import HIDDEN, partition
from warehouse.currency import amount, quotient


@dataclass(frozen=True, slots=True)
class Change:
    """Against the period before. `word` says in letters what the arrow draws."""

    text: str
    word: str
    arrow: str


@dataclass(frozen=True, slots=True)
class Tile:
    """`metric` is the name in warehouse/metrics.yml."""

    metric: str
    label: str
    value: str
    unit: str = ""
    note: str = ""
    change: Change | None = None


def tiles(figures: Figures) -> tuple[Tile, ...]:
    """Net sales, orders, average order value, buyers, new-buyer share, conversion rate, opt-in rate."""
    currency = figures.shop.currency
    now = total(figures.sales)
    before = total(figures.sales_before) if figures.sales_before else None
    net_change = _change(now.net_minor, before.net_minor if before else None)
    return (
        Tile("net_sales", "Net sales", amount(now.net_minor, currency), currency, change=net_change),
        Tile("orders", "Orders", fmt.number(now.orders), change=_change(now.orders, before.orders if before else None)),
        _average_order_value(now, before, currency),
        *_buyer_tiles(figures),
        _conversion_rate(figures),
        _optin_rate(figures),
    )


def total(sales: Mapping[date, Sales]) -> Sales:
    """All days together."""
    return reduce(Sales.__add__, sales.values(), Sales())


def _average_order_value(now: Sales, before: Sales | None, currency: str) -> Tile:
    value = _order_value(now)
    text = fmt.DASH if value is None else amount(value, currency)
    change = None if value is None or before is None else _change(value, _order_value(before))
    return Tile("average_order_value", "Average order value", text, currency, "discounts off, refunds not", change)


def _order_value(sales: Sales) -> int | None:
    return quotient(sales.gross_minor - sales.discount_minor, sales.orders) if sales.orders else None


def _buyer_tiles(figures: Figures) -> tuple[Tile, Tile]:
    (new, _), buyers = partition((figures.new_buyers, figures.buyers - figures.new_buyers))
    buyers_tile = Tile("buyers", "Buyers", buyers.text, note="different people")
    if new.count is None or not buyers.count:
        return buyers_tile, Tile(
            "new_buyer_share", "New-buyer share", HIDDEN if figures.buyers else fmt.DASH, note="too few people to tell"
        )
    interval = fmt.rate_range(*wilson(new.count, buyers.count))
    note = f"{interval}, {new.text} of {buyers.text} ordered for the first time"
    return buyers_tile, Tile("new_buyer_share", "New-buyer share", fmt.percent(new.count, buyers.count), note=note)


def _conversion_rate(figures: Figures) -> Tile:
    entered, ordered = figures.steps["entered"], figures.steps["ordered"]
    days = fmt.days(figures.funnel_period.first_on, figures.funnel_period.last_on)
    if entered.count and ordered.count is not None:
        low, high = wilson(ordered.count, entered.count)
        note = f"{fmt.rate_range(low, high)}, n = {entered.text} first touched {days}"
        return Tile("conversion_rate", "Conversion rate", fmt.percent(ordered.count, entered.count), note=note)
    note = f"too few people first touched {days}" if figures.has_threads else "no touch has been told"
    return Tile("conversion_rate", "Conversion rate", fmt.DASH, note=note)


def _optin_rate(figures: Figures) -> Tile:
    opted_in, orders = figures.opted_in_orders, figures.optin_orders
    if not orders:
        return Tile("optin_rate", "Checkout opt-ins", fmt.DASH, note="no orders")
    if not opted_in and not figures.has_threads:
        return Tile("optin_rate", "Checkout opt-ins", fmt.DASH, note="no opt-in has been told")
    low, high = wilson(opted_in, orders)
    note = f"{fmt.rate_range(low, high)}, n = {fmt.number(orders)} orders"
    return Tile("optin_rate", "Checkout opt-ins", fmt.percent(opted_in, orders), note=note)


def _change(now: int, before: int | None) -> Change | None:
    """In percent of the value before; none where that was not positive."""
    if before is None or before <= 0:
        return None
    if now == before:
        return Change("no change", "", "=")
    word, arrow = ("up", "▲") if now > before else ("down", "▼")
    return Change(fmt.percent(abs(now - before), before), word, arrow)
