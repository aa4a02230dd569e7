"""What brought the orders of one local month: the ways to them, how long they took, and how far the models agree.

Reports of paths are kept by month, not by day. The month is the last whole one of the data, else the latest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dashboards import queries
from dashboards.reading import Reports, all_rows


@dataclass(frozen=True, slots=True)
class Way:
    """Orders by one path. Net in the shop's currency; `hours` from the first touch, None without one."""

    path: str
    orders: int
    net_minor: int
    hours: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A channel's credited orders in parts per billion: what models say, and linear's with its 95 % interval in orders."""

    channel: str
    name: str
    models: int
    least_ppb: int
    least_model: str
    most_ppb: int
    most_model: str
    linear_ppb: int | None
    low: float | None
    high: float | None
    customers: int | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What the models credit a channel or an ad with in one window, in parts per billion of an order; linear's 95 % interval in orders."""

    window: str
    level: str
    level_id: str
    name: str
    models: list[str]  # those that could be solved
    credited_ppb: dict[str, int]  # by model; one that is missing credits nothing
    low: float | None
    high: float | None
    customers: int | None


@dataclass(frozen=True, slots=True)
class Month:
    month_on: date
    is_whole: bool
    ways: tuple[Way, ...]  # the most frequent first
    days: dict[int, int]  # whole days from the first touch -> orders
    touches: dict[int, int]  # touches of the path, 0 without one -> orders
    agreement: tuple[Agreement, ...]  # by channel, the most credited first
    choices: tuple[Choice, ...]  # by window, level and what is credited, the most credited first

    @property
    def orders(self) -> int:
        return sum(self.touches.values())


def read_month(con: Reports, currency: str, first_on: date, data_through_on: date) -> Month | None:
    """None where no order of any month is in the data."""
    months = [month_on for (month_on,) in all_rows(con, queries.MONTHS)]
    whole = [month_on for month_on in months if first_on <= month_on and _last_on(month_on) <= data_through_on]
    if not months:
        return None
    month_on = max(whole or months)
    within = {"month_on": month_on}
    lags = all_rows(con, queries.LAGS, within)
    return Month(
        month_on=month_on,
        is_whole=bool(whole),
        ways=tuple(Way(*row) for row in all_rows(con, queries.WAYS, within | {"currency": currency})),
        days={bucket: orders for measure, bucket, orders in lags if measure == "days_from_first"},
        touches={bucket: orders for measure, bucket, orders in lags if measure == "path_touches"},
        agreement=tuple(Agreement(*row) for row in all_rows(con, queries.AGREEMENT, within | {"currency": currency})),
        choices=tuple(Choice(*row) for row in all_rows(con, queries.CHOICES, within | {"currency": currency})),
    )


def _last_on(month_on: date) -> date:
    return (month_on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
