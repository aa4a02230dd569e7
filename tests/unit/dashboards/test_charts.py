"""One spec, several renderings: all of them tell the published numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path

import plotly.graph_objects as go
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import charts, svg
from dashboards.charts import Chart
from dashboards.figures import INTERESTS, MODELS, Figures
from dashboards.reports import TOP_INTERESTS
from dashboards.suppression import FLOOR
from tests.unit.dashboards.html_pages import Page
from warehouse.currency import minor_of


@pytest.fixture
def drawn(figures: Figures) -> tuple[Chart, ...]:
    """The charts of a page, in its order."""
    wanted = [product for product in figures.product_interest if product.people >= FLOOR]
    drawn = (
        charts.sales_chart(figures),
        charts.funnel_chart(figures),
        charts.product_interest_chart(wanted[:TOP_INTERESTS]),
        charts.interest_chart(figures),
        charts.channel_chart(figures),
        *((charts.days_chart(figures.month), charts.touches_chart(figures.month)) if figures.month else ()),
    )
    return tuple(chart for chart in drawn if chart.key != "interest" or figures.shop.shop_id == "flower-hall")


def test_plotly_takes_each_spec(drawn: Sequence[Chart]) -> None:
    for chart in drawn:
        assert len(go.Figure(chart.spec).data) == len(chart.spec["data"])


def test_each_rendering_shows_the_same_texts(drawn: Sequence[Chart], page: str) -> None:
    parsed = Page(page)
    assert [json.loads(unescape(json.dumps(spec))) for spec in parsed.specs] == [chart.spec for chart in drawn]
    for chart in drawn:
        header, rows = chart.table
        assert parsed.tables[chart.key] == [header, *rows]
        told = [text for trace in chart.spec["data"] for texts in trace["text"] for text in ([texts] if isinstance(texts, str) else texts)]
        assert set(told) <= {text for row in rows for text in row}
        if chart.spec["data"][0].get("orientation") == "h":
            drawing = Page(str(svg.render(chart.spec, 500, chart.title))).text
            assert all(text in drawing for text in told)


def test_sales_are_the_published_ones(figures: Figures, version: Path) -> None:
    [bars, line] = charts.sales_chart(figures).spec["data"]
    table = pq.read_table(version / f"shop={figures.shop.shop_id}" / "shop_spend_daily.parquet")
    net = {on.isoformat(): minor for on, minor in zip(table["day_on"].to_pylist(), table["net_minor"].to_pylist(), strict=True)}
    assert bars["y"] == [net.get(on, 0) for on in bars["x"]]
    assert line["y"] == [net.get(on.isoformat(), 0) for on in figures.sales_before or ()]
    for trace in (bars, line):
        assert [minor_of(text, figures.shop.currency) for text in trace["text"]] == trace["y"]


def test_channels_add_up_to_sales_under_each_model(figures: Figures) -> None:
    traces = charts.channel_chart(figures).spec["data"]
    assert len(traces) == len(MODELS)
    for trace in traces:
        assert sum(trace["x"]) == sum(sales.net_minor for sales in figures.sales.values())
        assert [minor_of(text, figures.shop.currency) for text in trace["text"]] == trace["x"]
        assert "Unattributed" in trace["hovertext"]


def test_interest_is_the_published_one(figures: Figures, version: Path) -> None:
    [trace] = charts.interest_chart(figures).spec["data"]
    table = pq.read_table(version / f"shop={figures.shop.shop_id}" / "shop_interest_daily.parquet")
    recent = table.filter(pc.greater_equal(table["day_on"], figures.period.first_on)).sort_by("day_on")
    for kind, line in zip(INTERESTS, trace["z"], strict=True):
        told = recent[f"{kind}_people"].to_pylist()
        assert line == [None if 0 < count < FLOOR else count for count in told]


def test_the_funnel_is_the_published_one(figures: Figures, version: Path) -> None:
    table = pq.read_table(version / f"shop={figures.shop.shop_id}" / "funnel_daily.parquet")
    within = table.filter(
        pc.and_(
            pc.greater_equal(table["day_on"], figures.funnel_period.first_on), pc.less_equal(table["day_on"], figures.funnel_period.last_on)
        )
    )
    assert figures.funnel == {step: pc.sum(within[step]).as_py() for step in figures.funnel}
    assert figures.is_funnel_complete
    assert (figures.period.last_on - figures.funnel_period.last_on).days > 28


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=6), st.sampled_from([316, 500, 1040]))
def test_bars_stay_within_the_drawing(values: list[int], width: int) -> None:
    names = [f"name {index}" for index in range(len(values))]
    trace = charts._bar_trace("n", values, [str(value) for value in values], names) | {"marker": {"color": "#000000"}}
    drawing = svg.render({"data": [trace], "layout": charts._bar_layout(names, [trace])}, width, "bars")
    boxes = [tag for name, tag in Page(str(drawing)).tags if name == "rect"]
    assert len(boxes) == len(values)
    for box in boxes:
        assert float(box["x"] or "") >= -0.1
        assert float(box["x"] or "") + float(box["width"] or "") <= width + 0.1
    assert not re.search(r"nan|inf", str(drawing))
