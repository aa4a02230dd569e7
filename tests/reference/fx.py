"""Rates and reporting currencies of random worlds, and money converted plainly, with fractions."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from pipelines.sources.rows import AdSpend, ConfigEvent, FxRate, Row
from tests.reference.orders import LoneRefund, Order
from tests.reference.reports import half_away
from tests.reference.warehouses import row_id
from tests.reference.worlds import START_MS
from warehouse.currency import exponent

DAY_MS = 86_400_000
_START_DAY = START_MS // DAY_MS
_USUAL_E9 = {"USD": 1_085_000_000, "JPY": 162_340_000_000, "KWD": 331_800_000, "EUR": 1_000_000_000}


def rate_rows(seed: int) -> list[Row]:
    """Rates with days left out, some told twice: what a euro cost, in nobody's name. Before the first one there is none."""
    random, rows = Random(f"rates {seed}"), []
    for currency, usual in _USUAL_E9.items():
        for day in random.sample(range(_START_DAY - 20, _START_DAY + 70), 0 if currency == "EUR" else random.choice((0, 1, 9, 30))):
            for _ in range(random.choice((1, 1, 1, 2))):
                told_ms = random.choice((None, day * DAY_MS, day * DAY_MS + 3_600_000))
                told = {"currency": currency, "rate_e9": usual + random.randrange(usual // 20), "told_ms": told_ms}
                rows.append(FxRate(shop_id="", source="fx", occurred_ms=day * DAY_MS, occurred_day=day, **told))
    return rows


def settings_rows(seed: int, shop_id: str) -> list[Row]:
    """A shop's currency and what it reports in, perhaps told anew; or nothing, as of a shop that nobody claimed."""
    random = Random(f"settings {seed} {shop_id}")
    rows: list[Row] = []
    for told_ms in random.choice(((), (START_MS,), (START_MS, START_MS + 1000))):
        told = {"currency": random.choice(("EUR", "USD")), "reporting_currency": random.choice(("EUR", "USD", "JPY", "KWD"))}
        for key in random.choice((("currency",), ("currency", "reporting_currency"))):
            at = {"source": "config", "occurred_ms": told_ms, "occurred_day": _START_DAY}
            rows.append(ConfigEvent(shop_id=shop_id, **at, key=key, value=told[key]))
    return rows


class Rates:
    """What rates were in force, and what one shop reports in."""

    def __init__(self, rates: list[Row], settings: list[Row]) -> None:
        last: dict[tuple[str, int], FxRate] = {}
        for row in rates:
            if isinstance(row, FxRate):
                key = (row.currency, row.occurred_day)
                last[key] = max(last.get(key, row), row, key=lambda each: (-1 if each.told_ms is None else each.told_ms, row_id(each)))
        self.told = {key: row.rate_e9 for key, row in last.items()}
        set_to = {row.key: row.value for row in sorted(settings, key=lambda row: row.occurred_ms) if isinstance(row, ConfigEvent)}
        self.reporting = set_to.get("reporting_currency", set_to.get("currency"))

    def in_euros(self, day: int, currency: str) -> Fraction | None:
        """Minor units of a currency per euro on a day; None where no rate is told until then."""
        days = [told for of, told in self.told if of == currency and told <= day]
        if currency != "EUR" and not days:
            return None
        rate_e9 = 10**9 if currency == "EUR" else self.told[currency, max(days)]
        return Fraction(rate_e9 * 10 ** exponent(currency), 10**9)

    def converted(self, minor: int, currency: str, day: int) -> int | None:
        """An amount in the reporting currency, rounded half away from zero."""
        reporting = self.reporting or currency
        if currency == reporting:
            return minor
        own, other = self.in_euros(day, currency), self.in_euros(day, reporting)
        if own is None or other is None:
            return None
        value = minor * other / own
        return half_away(value.numerator, value.denominator)

    def of_order(self, order: Order) -> list[int] | None:
        """[gross, discount, refund] of an order: gross, gross - discount and net of each line are converted."""
        totals = [0, 0, 0]
        for line in order.lines:
            paid = line.gross - line.discount
            steps = [self.converted(each, order.currency, order.ordered_day) for each in (line.gross, paid, paid - line.refund)]
            if None in steps:
                return None
            gross, paid, net = (step or 0 for step in steps)
            totals = [old + new for old, new in zip(totals, (gross, gross - paid, paid - net), strict=True)]
        return totals


def shop_spend_daily(rates: Rates, orders: dict[str, Order], lone: list[LoneRefund]) -> dict[tuple[int, str], list[int | None]]:
    """(day, currency) -> reporting gross, discount, refund, net; None where the day has no rate."""
    report: dict[tuple[int, str], list[int | None]] = {}
    told = [((order.ordered_day, order.currency), rates.of_order(order)) for order in orders.values()]
    for each in lone:
        refund = rates.converted(each.refund, each.currency, each.day)
        told.append(((each.day, each.currency), None if refund is None else [0, 0, refund]))
    for key, amounts in told:
        if amounts is None:
            report[key] = [None] * 4
            continue
        gross, discount, refund = amounts
        cell = report.setdefault(key, [0] * 4)
        report[key] = [(old or 0) + new for old, new in zip(cell, (gross, discount, refund, gross - discount - refund), strict=True)]
    return report


def ad_spend(rates: Rates, spends: list[AdSpend]) -> dict[tuple[int, str], int | None]:
    """(day, ad) -> what it cost in the reporting currency."""
    return {
        (spend.occurred_day, spend.ad_id): rates.converted(spend.ad_spend_minor, spend.currency, spend.occurred_day) for spend in spends
    }
