"""The figures of one shop's page: read from its published reports, exact, not yet formatted.

Money is in minor units of the shop's currency (of the ad account's for `Ad`), credit in parts per billion of an order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dashboards import queries
from dashboards.months import Month, read_month
from dashboards.reading import Reports, all_rows, one_row
from dashboards.suppression import FLOOR, People, nested

PERIOD_DAYS = 28  # whole weeks, so that a day stands over the same weekday of the period before
FUNNEL_DAYS = 28  # a step counts when it is reached within this time after entry
STEPS = ("entered", "conversed", "interested", "carted", "ordered", "paid", "delivered", "reordered")
INTERESTS = ("message", "like", "reaction", "product", "share", "link", "cart")
MODELS = ("first_touch", "last_touch", "linear")


@dataclass(frozen=True, slots=True)
class Shop:
    shop_id: str
    name: str
    currency: str
    zone: str
    is_sample: bool
    is_claimed: bool
    first_on: date | None
    data_through_on: date | None
    data_through_ms: int | None


@dataclass(frozen=True, slots=True)
class Period:
    """Shop-local days, both ends within."""

    first_on: date
    last_on: date

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first_on + timedelta(days=offset) for offset in range((self.last_on - self.first_on).days + 1))

    def before(self, gap_days: int = 0) -> Period:
        """The period of the same length that ends `gap_days` before the day before this one."""
        last_on = self.first_on - timedelta(days=1 + gap_days)
        return Period(last_on - (self.last_on - self.first_on), last_on)


@dataclass(frozen=True, slots=True)
class Sales:
    """One day, or the sum of several."""

    orders: int = 0
    gross_minor: int = 0
    discount_minor: int = 0
    refund_minor: int = 0
    net_minor: int = 0

    def __add__(self, other: Sales) -> Sales:
        return Sales(
            self.orders + other.orders,
            self.gross_minor + other.gross_minor,
            self.discount_minor + other.discount_minor,
            self.refund_minor + other.refund_minor,
            self.net_minor + other.net_minor,
        )


@dataclass(frozen=True, slots=True)
class ProductSales:
    product_id: str
    title: str
    orders: int
    quantity: int
    gross_minor: int
    discount_minor: int
    refund_minor: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class ProductInterest:
    product_id: str
    title: str
    people: int
    interactions: int


@dataclass(frozen=True, slots=True)
class Credit:
    """What one model gives one channel or ad."""

    model: str
    level: str
    level_id: str
    level_name: str
    credited_ppb: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class Ad:
    ad_id: str
    ad_name: str | None
    campaign_name: str | None
    currency: str
    ad_spend_minor: int
    claimed_order_count: int | None
    claimed_value_minor: int | None


@dataclass(frozen=True, slots=True)
class Replies:
    """Turns of customers and their answers, on days with people enough to tell; the middle day's times in minutes."""

    turns: int
    answered_turns: int
    median_minutes: float | None
    p90_minutes: float | None


@dataclass(frozen=True, slots=True)
class OrderUpdates:
    """Orders that reached a stage, and of these whose customer was told, reached, and read it."""

    stage: str
    due: int
    sent: int
    delivered: int
    read: int


@dataclass(frozen=True, slots=True)
class Figures:
    shop: Shop
    period: Period
    sales: dict[date, Sales]  # every day of the period
    sales_before: dict[date, Sales] | None  # every day of the period before; None where the data begins later
    other_currencies: tuple[tuple[str, int], ...]  # net sales in currencies that are not the shop's
    new_buyers: int
    buyers: int
    opted_in_orders: int
    optin_orders: int
    funnel_period: Period
    is_funnel_complete: bool  # everyone who entered had all of FUNNEL_DAYS
    funnel: dict[str, int]
    interest: dict[date, dict[str, int]]
    product_interest: tuple[ProductInterest, ...]
    products: tuple[ProductSales, ...]
    credit: tuple[Credit, ...]
    ads: tuple[Ad, ...]
    replies: Replies | None
    order_updates: tuple[OrderUpdates, ...]
    month: Month | None

    @property
    def has_threads(self) -> bool:
        """Whether anybody wrote or was touched: a shop may have no messenger at all."""
        return any(self.funnel.values()) or any(any(kinds.values()) for kinds in self.interest.values())

    @property
    def channels(self) -> frozenset[str]:
        """Those that brought orders or cost money."""
        return frozenset(row.level_id for row in self.credit if row.level == "channel") - {"unattributed"}

    @property
    def steps(self) -> dict[str, People]:
        """The funnel as it may be shown. What the conversion rate needs comes first."""
        ranked = sorted(STEPS, key=lambda step: step not in ("entered", "ordered"))
        shown = dict(zip(ranked, nested([self.funnel[step] for step in ranked]), strict=True))
        return {step: shown[step] for step in STEPS}


def read_shop(con: Reports) -> Shop:
    return Shop(*one_row(con, queries.SHOP))


def read_figures(con: Reports, shop: Shop) -> Figures | None:
    """The figures of the last PERIOD_DAYS days of the shop's data, or None where it has none yet."""
    if shop.first_on is None or shop.data_through_on is None:
        return None
    whole = Period(shop.data_through_on - timedelta(days=PERIOD_DAYS - 1), shop.data_through_on)
    period = Period(max(whole.first_on, shop.first_on), whole.last_on)
    before = whole.before()
    grown = whole.before(gap_days=FUNNEL_DAYS - PERIOD_DAYS + 1)
    is_funnel_complete = shop.first_on <= grown.first_on
    funnel_period = grown if is_funnel_complete else period
    within, currency = _bounds(period), {"currency": shop.currency}
    replies = one_row(con, queries.REPLIES, within | {"floor": FLOOR})
    return Figures(
        shop=shop,
        period=period,
        sales=_daily_sales(con, period, shop.currency),
        sales_before=_daily_sales(con, before, shop.currency) if shop.first_on <= before.first_on else None,
        other_currencies=tuple(all_rows(con, queries.OTHER_CURRENCIES, within | currency)),
        **dict(zip(("new_buyers", "buyers"), one_row(con, queries.BUYERS, within), strict=True)),
        **dict(zip(("opted_in_orders", "optin_orders"), one_row(con, queries.OPTINS, within), strict=True)),
        funnel_period=funnel_period,
        is_funnel_complete=is_funnel_complete,
        funnel={step: count or 0 for step, count in zip(STEPS, one_row(con, queries.FUNNEL, _bounds(funnel_period)), strict=True)},
        interest=_daily_interest(con, period),
        product_interest=tuple(ProductInterest(*row) for row in all_rows(con, queries.PRODUCT_INTEREST, within)),
        products=tuple(ProductSales(*row) for row in all_rows(con, queries.PRODUCTS, within | currency)),
        credit=tuple(Credit(*row) for row in all_rows(con, queries.CREDIT, within | currency | {"models": list(MODELS)})),
        ads=tuple(Ad(*row) for row in all_rows(con, queries.ADS, within)),
        replies=Replies(*replies) if replies[0] else None,
        order_updates=tuple(OrderUpdates(*row) for row in all_rows(con, queries.ORDER_UPDATES, within)),
        month=read_month(con, shop.currency, shop.first_on, shop.data_through_on),
    )


def _daily_sales(con: Reports, period: Period, currency: str) -> dict[date, Sales]:
    told = {row[0]: Sales(*row[1:]) for row in all_rows(con, queries.SALES, _bounds(period) | {"currency": currency})}
    return {on: told.get(on, Sales()) for on in period.days}


def _daily_interest(con: Reports, period: Period) -> dict[date, dict[str, int]]:
    told = {row[0]: dict(zip(INTERESTS, row[1:], strict=True)) for row in all_rows(con, queries.INTEREST, _bounds(period))}
    return {on: told.get(on, dict.fromkeys(INTERESTS, 0)) for on in period.days}


def _bounds(period: Period) -> dict[str, Any]:
    return {"first_on": period.first_on, "last_on": period.last_on}
