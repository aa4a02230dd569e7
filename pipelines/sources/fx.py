"""Rates of a euro in other currencies, for those that the European Central Bank does not tell (docs/formats.md)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from pipelines.sources.currencies import currency_of
from pipelines.sources.desk import DAY_MS, Desk
from pipelines.sources.money import InvalidMoney, exact
from pipelines.sources.own_format import format_without_asset
from pipelines.sources.own_record import Fields
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import FxRate, Row

NAME = "fx"

_E9 = 10**9
_TOO_MUCH_E9 = 10**7 * _E9  # of any currency for a euro: what a rate below it converts fits into a decimal of 38 digits
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_YEARS = range(1999, 2100)  # the euro's


def _rows(fields: Fields, desk: Desk) -> list[Row]:
    day = euro_day(fields.required("day"), "day")
    currency = currency_of(fields.required("currency"), "currency")
    return [euro_rate(day, currency, fields.required("rate"), fields.sent_ms("UTC"))]


def euro_rate(day: int, currency: str, text: str, told_ms: int | None) -> FxRate:
    """What a euro cost on a day, exactly, in billionths of `currency`. Raises Refusal."""
    try:
        rate = exact(text) * _E9
    except InvalidMoney:
        rate = Decimal(0)
    if not 0 < rate < _TOO_MUCH_E9 or rate != int(rate):
        raise Refusal(Reason.WRONG_SHAPE, f"{currency}: expected a rate above 0 and below 10 000 000, with at most 9 decimals")
    return FxRate(
        shop_id="",  # rates are nobody's and everybody's
        source=NAME,
        occurred_ms=day * DAY_MS,
        occurred_day=day,
        currency=currency,
        rate_e9=int(rate),
        told_ms=told_ms,
    )


def euro_day(text: str, field: str) -> int:
    """Days since 1970-01-01 of `2026-11-27` or `27 November 2026`. Raises Refusal where it is none since 1999."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        try:
            day = datetime.strptime(text, "%d %B %Y").date()
        except ValueError:
            raise Refusal(Reason.INVALID_TIMESTAMP, field) from None
    if day.year not in _YEARS:
        raise Refusal(Reason.INVALID_TIMESTAMP, field)
    return day.toordinal() - _EPOCH_ORDINAL


SOURCE, TABLE = format_without_asset(NAME, {"day", "currency", "rate"}, _rows)
