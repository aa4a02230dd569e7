"""The shop-facing pages of a published version: one report per shop and an index, each a single file that needs nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dashboards import charts, embedded, svg
from dashboards import format as fmt
from dashboards.choices import window_tables
from dashboards.definitions import definitions
from dashboards.figures import FUNNEL_DAYS, Figures, Shop, read_figures, read_shop
from dashboards.intervals import wilson
from dashboards.model_words import MODELS
from dashboards.service import reply_summary, update_rows
from dashboards.suppression import FLOOR
from dashboards.tables import ad_rows, product_rows
from dashboards.tiles import tiles, total
from dashboards.ways import agreement_rows, way_rows
from warehouse.currency import amount, money
from warehouse.snapshot import open_shop, shops

FULL, HALF, NARROW = 1040, 500, 316  # widths a chart is drawn for; the page shows the one that fits
TOP_INTERESTS = 8


def write_reports(version: Path) -> list[Path]:
    """Write `shop=<id>/report.html` of every shop in a published version, and `index.html`. The index is last in the list.

    The bytes depend on the published reports, the installed plotly and this package alone.
    """
    written, read = [], []
    for shop_id in shops(version):
        with open_shop(version, shop_id) as con:
            shop = read_shop(con)
            figures = read_figures(con, shop)
        written.append(_write(version / f"shop={shop_id}" / "report.html", report_page(shop, figures)))
        read.append((shop, figures))
    written.append(_write(version / "index.html", index_page(read)))
    return written


def report_page(shop: Shop, figures: Figures | None) -> str:
    """The report of one shop as HTML; of a shop without data, a page that says so and what comes next."""
    if figures is None or not _has_data(figures):
        return _environment().get_template("empty.html").render(shop=shop)
    wanted = [product for product in figures.product_interest if product.people >= FLOOR]
    coverage, month = _coverage(figures), figures.month
    template = _environment().get_template("report.html")
    return template.render(
        shop=shop,
        figures=figures,
        period=fmt.days(figures.period.first_on, figures.period.last_on),
        before=fmt.days(min(figures.sales_before), max(figures.sales_before)) if figures.sales_before else None,
        funnel_days=FUNNEL_DAYS,
        tiles=tiles(figures),
        sales=charts.sales_chart(figures),
        funnel=charts.funnel_chart(figures) if figures.funnel["entered"] >= FLOOR else None,
        interest=charts.interest_chart(figures) if _has_interest(figures) else None,
        product_interest=charts.product_interest_chart(wanted[:TOP_INTERESTS]) if wanted else None,
        channels=charts.channel_chart(figures) if figures.channels and coverage else None,
        coverage=coverage,
        month=month,
        ways=way_rows(month, shop.currency) if month else (),
        touched=[charts.days_chart(month), charts.touches_chart(month)] if month and month.days else [],
        agreement=agreement_rows(month) if month and month.days else (),
        choices=window_tables(month.choices) if month else (),
        models=MODELS.values(),
        replies=reply_summary(figures.replies),
        order_updates=update_rows(figures.order_updates) if figures.has_threads else (),
        products=product_rows(figures.products, shop.currency) if figures.products else (),
        ads=ad_rows(figures) if figures.ads else (),
        has_claimed_values=any(ad.claimed_value_minor is not None for ad in figures.ads),
        model_names=[charts.MODEL_NAMES[model] for model in charts.MODELS],
        other_currencies=[money(net, currency) for currency, net in figures.other_currencies],
        definitions=definitions(),
    )


def index_page(read: list[tuple[Shop, Figures | None]]) -> str:
    """All shops of a version with their net sales, for whoever runs them."""
    return _environment().get_template("index.html").render(shops=[_card(shop, figures) for shop, figures in read])


def _card(shop: Shop, figures: Figures | None) -> dict[str, Any]:
    if figures is None or not _has_data(figures):
        return {"shop": shop, "net": None}
    sales = total(figures.sales)
    return {
        "shop": shop,
        "net": amount(sales.net_minor, shop.currency),
        "orders": fmt.number(sales.orders),
        "period": fmt.days(figures.period.first_on, figures.period.last_on),
        "line": svg.sparkline([day.net_minor for day in figures.sales.values()], 280, 48, "Net sales per day"),
    }


def _coverage(figures: Figures) -> str | None:
    """What share of orders had a touch in the window: the same under every model."""
    credit = {row.level_id: row.credited_ppb for row in figures.credit if row.level == "channel" and row.model == "last_touch"}
    orders = sum(credit.values())
    if not orders:
        return None
    interval = wilson((orders - credit.get("unattributed", 0)) // fmt.PPB, orders // fmt.PPB)
    share = fmt.percent(orders - credit.get("unattributed", 0), orders)
    return f"{share} of {fmt.credited(orders, 0)} orders had a touch (95 % interval {fmt.rate_range(*interval)})."


def _has_interest(figures: Figures) -> bool:
    """Whether any day has a number of people that may be shown."""
    return any(count >= FLOOR for kinds in figures.interest.values() for count in kinds.values())


def _has_data(figures: Figures) -> bool:
    return any(
        (
            any(sales != type(sales)() for sales in figures.sales.values()),
            figures.has_threads,
            figures.ads,
        )
    )


def _drawing(chart: charts.Chart, width: str) -> Markup:
    widths = {"full": FULL, "half": HALF, "narrow": NARROW}
    return svg.render(chart.spec, widths[width], chart.title)


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


@cache
def _environment() -> Environment:
    loader = PackageLoader("dashboards")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(drawing=_drawing, plain=_plain, day=fmt.day, month=fmt.month, moment=fmt.moment)
    environment.globals.update(embedded=embedded)
    return environment


def _plain(value: Any) -> Any:
    """A spec whose labels plotly shows as they are: it reads tags and entities in text, so those of the data are escaped."""
    if isinstance(value, str):
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: item if key == "hovertemplate" else _plain(item) for key, item in value.items()}
    return value
