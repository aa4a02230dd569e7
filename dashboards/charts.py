"""The charts of a page, each as one spec: a plain dict in plotly's figure schema.

Every point carries its number as `text`, so all renderings and the table beside the chart show the same characters. Money is
drawn in minor units; axis marks are text. Labels are plain text: a renderer escapes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboards import format as fmt
from dashboards.figures import INTERESTS, MODELS, STEPS, Figures, ProductInterest
from dashboards.intervals import wilson
from dashboards.months import Month
from dashboards.suppression import SMALL, people
from warehouse.currency import amount

BLUE, ORANGE, GREEN, GREY = "#0072b2", "#d55e00", "#009e73", "#7d8794"  # Okabe and Ito (2008); 3:1 on white and on the dark ground
MODEL_NAMES = {
    "first_touch": "First touch",
    "last_touch": "Last touch",
    "last_non_direct": "Last non-direct",
    "linear": "Linear",
    "linear_unique": "Linear, unique channels",
    "time_decay": "Time decay",
    "position": "Position",
    "markov_1": "Markov, order 1",
    "markov_2": "Markov, order 2",
    "markov_3": "Markov, order 3",
    "markov_4": "Markov, order 4",
    "shapley_rate": "Shapley, conversion rate",
    "leave_one_out": "Leave one out",
}
MODEL_COLOURS = {"first_touch": GREEN, "last_touch": BLUE, "linear": ORANGE}
STEP_NAMES = {
    "entered": "First touched",
    "conversed": "Talked",
    "interested": "Showed interest",
    "carted": "Sent a cart in chat",
    "ordered": "Ordered",
    "paid": "Paid",
    "delivered": "Received it",
    "reordered": "Ordered again",
}
INTEREST_NAMES = {
    "message": "Messages",
    "like": "Likes",
    "reaction": "Reactions",
    "product": "Products",
    "share": "Shares",
    "link": "Ads and links",
    "cart": "Carts",
}
MOST_TOUCHES = 6  # longer paths are told together
_HOVER = "%{hovertext}<br><b>%{text}</b>"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and what its table needs besides: the names of the categories and columns that are told but not drawn."""

    key: str
    title: str
    spec: dict[str, Any]
    category: str
    categories: tuple[str, ...]
    further: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def table(self) -> tuple[list[str], list[list[str]]]:
        """Header and rows of the chart as a table: one row a category, one column a trace (a row of a heatmap)."""
        columns = [(name, texts) for trace in self.spec["data"] for name, texts in _columns(trace)] + list(self.further)
        rows = [[name, *(texts[index] for _, texts in columns)] for index, name in enumerate(self.categories)]
        return [self.category, *(name for name, _ in columns)], rows


def sales_chart(figures: Figures) -> Chart:
    """Net sales a day, and the same weekdays of the period before."""
    currency = figures.shop.currency
    days = figures.period.days
    now = [figures.sales[on].net_minor for on in days]
    before = [] if figures.sales_before is None else [sales.net_minor for sales in figures.sales_before.values()]
    marks, texts = fmt.money_marks(min(now + before), max(now + before), currency)
    names = tuple(fmt.day(on) for on in days)
    traces = [_day_trace("bar", "Net sales", days, now, currency, names) | {"marker": {"color": BLUE}, "textposition": "none"}]
    if figures.sales_before is not None:
        hover = tuple(fmt.day(on) for on in figures.sales_before)
        line = {"mode": "lines", "line": {"color": GREY, "dash": "dash", "width": 2}}
        traces.append(_day_trace("scatter", f"{len(days)} days before", days, before, currency, hover) | line)
    layout = _layout(
        320,
        xaxis=_day_axis(days),
        yaxis={"tickvals": marks, "ticktext": texts, "range": [marks[0], marks[-1]], "title": {"text": currency}, "zeroline": True},
        showlegend=True,
        hovermode="x unified",
    )
    return Chart("sales", "Net sales per day", {"data": traces, "layout": layout}, "Day", names)


def funnel_chart(figures: Figures) -> Chart:
    """How many people were first touched, and how many of them reached each step."""
    steps = figures.steps
    entered = steps["entered"].count or 0
    texts, ranges = [], []
    for step, cell in steps.items():
        is_rate = bool(entered and cell.count is not None and step != "entered")
        texts.append(f"{cell.text} · {fmt.percent(cell.count or 0, entered)}" if is_rate else cell.text)
        ranges.append(fmt.rate_range(*wilson(cell.count or 0, entered)) if is_rate else fmt.DASH)
    names = tuple(STEP_NAMES[step] for step in STEPS)
    trace = _bar_trace("People", [cell.drawn for cell in steps.values()], texts, names) | {"marker": {"color": BLUE}}
    spec = {"data": [trace], "layout": _bar_layout(names, [trace])}
    return Chart("funnel", "From first touch to order", spec, "Step", names, (("95 % interval", tuple(ranges)),))


def interest_chart(figures: Figures) -> Chart:
    """People a day by kind of interest. A person may be in several cells, so nothing here adds up."""
    days = tuple(figures.interest)
    cells = [[people(figures.interest[on][kind]) for on in days] for kind in INTERESTS]
    names = tuple(fmt.day(on) for on in days)
    trace = {
        "type": "heatmap",
        "x": [on.isoformat() for on in days],
        "y": [INTEREST_NAMES[kind] for kind in INTERESTS],
        "z": [[cell.count for cell in row] for row in cells],
        "text": [[cell.text for cell in row] for row in cells],
        "hovertext": [list(names) for _ in INTERESTS],
        "hovertemplate": "%{y}<br>%{hovertext}<br><b>%{text}</b> people<extra></extra>",
        "colorscale": [[0, "rgba(0,114,178,0.07)"], [1, "rgba(0,114,178,1)"]],
        "zmin": 0,
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
    }
    layout = _layout(40 + 30 * len(INTERESTS), xaxis=_day_axis(days), yaxis={"autorange": "reversed"})
    return Chart("interest", "People per day, by what they did", {"data": [trace], "layout": layout}, "Day", names)


def product_interest_chart(products: Sequence[ProductInterest]) -> Chart:
    """The products that most people showed interest in."""
    cells = [people(product.people) for product in products]
    names = tuple(product.title for product in products)
    trace = _bar_trace("People", [cell.drawn for cell in cells], [cell.text for cell in cells], names) | {"marker": {"color": GREEN}}
    interactions = tuple(fmt.number(product.interactions) if cell.count else SMALL for product, cell in zip(products, cells, strict=True))
    spec = {"data": [trace], "layout": _bar_layout(names, [trace])}
    return Chart("product-interest", "Products people asked for", spec, "Product", names, (("Interactions", interactions),))


def channel_chart(figures: Figures) -> Chart:
    """Net sales by channel under each model; every model's bars add up to all net sales."""
    currency = figures.shop.currency
    net = {(row.model, row.level_id): row.net_minor for row in figures.credit if row.level == "channel"}
    titles = {row.level_id: row.level_name for row in figures.credit if row.level == "channel"}
    ids = sorted(titles, key=lambda level_id: (level_id == "unattributed", -net.get(("last_touch", level_id), 0), level_id))
    names = tuple(titles[level_id] for level_id in ids)
    traces = []
    for model in MODELS:
        values = [net.get((model, level_id), 0) for level_id in ids]
        texts = [amount(value, currency) for value in values]
        traces.append(_bar_trace(f"{MODEL_NAMES[model]}, {currency}", values, texts, names) | {"marker": {"color": MODEL_COLOURS[model]}})
    spec = {"data": traces, "layout": _bar_layout(names, traces)}
    return Chart("channels", "Net sales by channel", spec, "Channel", names)


def days_chart(month: Month) -> Chart:
    """Orders by whole days from the first touch in the window."""
    names = ("Within 24 hours", *(f"{day} day{'s' if day > 1 else ''} later" for day in range(1, max(month.days) + 1)))
    return _orders_chart("days", "From first touch to order", "Time", names, [month.days.get(day, 0) for day in range(len(names))])


def touches_chart(month: Month) -> Chart:
    """Orders by touches of their path; orders without one are told elsewhere."""
    counts = [0] * min(max(month.touches), MOST_TOUCHES)
    for touches, orders in month.touches.items():
        if touches:
            counts[min(touches, MOST_TOUCHES) - 1] += orders
    names = ("1 touch", *(f"{touches} touches" for touches in range(2, MOST_TOUCHES)), f"{MOST_TOUCHES} or more")
    return _orders_chart("touches", "Touches before an order", "Touches", names[: len(counts)], counts)


def _orders_chart(key: str, title: str, category: str, names: tuple[str, ...], orders: list[int]) -> Chart:
    texts = [f"{fmt.number(count)} · {fmt.percent(count, sum(orders))}" for count in orders]
    trace = _bar_trace("Orders", orders, texts, names) | {"marker": {"color": BLUE}}
    return Chart(key, title, {"data": [trace], "layout": _bar_layout(names, [trace])}, category, names)


def _day_trace(kind: str, name: str, days: Sequence[date], values: Sequence[int], currency: str, hover: Sequence[str]) -> dict[str, Any]:
    return {
        "type": kind,
        "name": name,
        "x": [on.isoformat() for on in days],
        "y": list(values),
        "text": [amount(value, currency) for value in values],
        "hovertext": list(hover),
        "hovertemplate": f"{_HOVER} {currency}",
    }


def _bar_trace(name: str, values: Sequence[int | None], texts: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": list(values),
        "y": list(range(len(values))),
        "text": list(texts),
        "textposition": "outside",
        "constraintext": "none",
        "cliponaxis": False,
        "hovertext": list(names),
        "hovertemplate": _HOVER,
    }


def _day_axis(days: Sequence[date]) -> dict[str, Any]:
    marked = list(days)[:: 7 if len(days) > 10 else 2]
    return {"type": "category", "tickvals": [on.isoformat() for on in marked], "ticktext": [fmt.short_day(on) for on in marked]}


def _bar_layout(names: Sequence[str], traces: Sequence[dict[str, Any]]) -> dict[str, Any]:
    values = [value or 0 for trace in traces for value in trace["x"]]
    labels = [fmt.shortened(name, 26) for name in names]
    axis = {"tickvals": list(range(len(names))), "ticktext": labels, "autorange": "reversed", "showgrid": False, "zeroline": False}
    height = 24 + len(names) * (len(traces) * 18 + 14) + (24 if len(traces) > 1 else 0)
    reach = {"visible": False, "range": [min(0, *values) * 1.25, max(1, *values) * 1.25]}  # room for the text behind a bar
    return _layout(height, xaxis=reach, yaxis=axis, showlegend=len(traces) > 1, barmode="group", bargap=0.3)


def _layout(height: int, **parts: Any) -> dict[str, Any]:
    for axis in ("xaxis", "yaxis"):
        parts[axis] = {"automargin": True, "fixedrange": True, "showgrid": axis == "yaxis", **parts[axis]}
    legend = {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"}
    return {"height": height, "margin": {"l": 8, "r": 8, "t": 8, "b": 8}, "showlegend": False, "legend": legend, "dragmode": False, **parts}


def _columns(trace: dict[str, Any]) -> list[tuple[str, list[str]]]:
    if trace["type"] == "heatmap":
        return list(zip(trace["y"], trace["text"], strict=True))
    return [(trace["name"], trace["text"])]
