"""The tables of a month: the ways to an order, and how far models and chance move what a channel is credited with."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards import format as fmt
from dashboards.charts import MODEL_NAMES
from dashboards.months import Agreement, Month, Way
from dashboards.suppression import FLOOR
from warehouse.currency import amount

TOP_WAYS = 8
_NAMES = {"unattributed": "No touch in the 7 days before", "other paths": "Rarer ways"}


@dataclass(frozen=True, slots=True)
class WayRow:
    name: str
    orders: str
    share: str
    net: str
    time: str
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class AgreementRow:
    name: str
    least: str
    least_model: str
    most: str
    most_model: str
    linear: str
    interval: str


def way_rows(month: Month, currency: str) -> tuple[WayRow, ...]:
    """The most frequent ways, all rarer ones as one row, orders without a touch, and the sum."""
    names = {row.channel: row.name for row in month.agreement}
    apart = [way for way in month.ways if way.path in _NAMES]
    ways = [way for way in month.ways if way.path not in _NAMES]
    rare = [*ways[TOP_WAYS:], *(way for way in apart if way.path == "other paths")]
    rows = [_way_row(_way_name(way.path, names), [way], month.orders, currency) for way in ways[:TOP_WAYS]]
    if rare:
        rows.append(_way_row(_NAMES["other paths"], rare, month.orders, currency))
    lone = [_way_row(_NAMES[way.path], [way], month.orders, currency) for way in apart if way.path == "unattributed"]
    return (*rows, *lone, _way_row("All orders", month.ways, month.orders, currency, is_sum=True))


def _way_row(name: str, ways: list[Way] | tuple[Way, ...], orders: int, currency: str, *, is_sum: bool = False) -> WayRow:
    """Medians of several ways cannot be put together, so those have none."""
    count = sum(way.orders for way in ways)
    hours = ways[0].hours if len(ways) == 1 and not is_sum else None
    net = amount(sum(way.net_minor for way in ways), currency)
    return WayRow(name, fmt.number(count), fmt.percent(count, orders), net, fmt.DASH if hours is None else fmt.span(hours), is_sum)


def _way_name(path: str, names: dict[str, str]) -> str:
    return " → ".join(names.get(channel, channel.replace("_", " ").capitalize()) for channel in path.split(" > "))


def agreement_rows(month: Month) -> tuple[AgreementRow, ...]:
    """By channel, the most credited first; orders that no touch explains last, for they are the same under every model."""
    rows = sorted(month.agreement, key=lambda row: row.channel == "unattributed")
    return tuple(_agreement_row(row) for row in rows)


def _agreement_row(told: Agreement) -> AgreementRow:
    is_agreed = told.least_ppb == told.most_ppb
    linear_ppb = told.least_ppb if is_agreed else told.linear_ppb  # what is unattributed has no interval to stand beside
    is_known = told.low is not None and told.high is not None and (told.customers or 0) >= FLOOR
    return AgreementRow(
        name=_NAMES.get(told.channel, told.name),
        least=fmt.credited(told.least_ppb, 1),
        least_model="" if is_agreed else MODEL_NAMES.get(told.least_model, told.least_model),
        most=fmt.credited(told.most_ppb, 1),
        most_model="" if is_agreed else MODEL_NAMES.get(told.most_model, told.most_model),
        linear=fmt.DASH if linear_ppb is None else fmt.credited(linear_ppb, 1),
        interval=f"{told.low:.1f}{fmt.DASH}{told.high:.1f}" if is_known else "",
    )
