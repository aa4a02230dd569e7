"""The pages: self-contained, deterministic, inert whatever the data says, and complete."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from dashboards.figures import Figures
from dashboards.format import DASH
from dashboards.reports import report_page, write_reports
from dashboards.tiles import tiles
from tests.report_schemas import SCHEMAS
from tests.snapshots import write_snapshot
from tests.unit.dashboards.html_pages import Page
from warehouse.currency import minor_of
from warehouse.models import load_models

HOSTILE = {
    "Olive tree, 120 cm": "<script>document.title='taken'</script>",
    "Monstera deliciosa, large": "</script><img src=x onerror=\"document.title='taken'\">",
    "Bouquet “Summer meadow”": "\"' onmouseover=alert(1) {{ 7 * 7 }} <b>&amp;",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    version = write_snapshot(tmp_path_factory.mktemp("hostile"), HOSTILE)
    write_reports(version)
    return (version / "shop=flower-hall" / "report.html").read_text(encoding="utf-8")


def policy_of(html: str) -> str:
    [policy] = [told["content"] for tag, told in Page(html).tags if told.get("http-equiv") == "Content-Security-Policy"]
    assert policy
    return policy


def test_every_shop_has_its_page_and_the_index_leads_there(version: Path) -> None:
    index = Page((version / "index.html").read_text(encoding="utf-8"))
    links = [told["href"] for tag, told in index.tags if tag == "a"]
    assert links == ["shop=flower-hall/report.html", "shop=new-shop/report.html", "shop=tea-room/report.html"]
    assert all((version / link).is_file() for link in links if link)
    assert (version / "index.html").stat().st_size < 40_000


def test_same_data_same_bytes(tmp_path: Path, version: Path) -> None:
    again = write_reports(write_snapshot(tmp_path))
    assert [path.read_bytes() for path in again] == [(version / path.relative_to(again[-1].parent)).read_bytes() for path in again]


def test_nothing_is_loaded_from_elsewhere(version: Path) -> None:
    for path in version.glob("**/*.html"):
        html = path.read_text(encoding="utf-8")
        assert not re.search(r"https?:|//[a-z]+\.|\bsrc=|<link|@import|url\(", html)
        assert policy_of(html).startswith("default-src 'none'; ")


def test_the_policy_allows_the_scripts_of_the_page_alone(page: str) -> None:
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    policy = policy_of(page)
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]


def test_names_of_products_are_only_text(hostile: str, version: Path) -> None:
    plain = Page((version / "shop=flower-hall" / "report.html").read_text(encoding="utf-8"))
    parsed = Page(hostile)
    assert [tag for tag, _ in parsed.tags] == [tag for tag, _ in plain.tags]
    assert [sorted(told) for _, told in parsed.tags] == [sorted(told) for _, told in plain.tags]
    assert {row[0] for row in parsed.tables["products"]} >= set(HOSTILE.values())


def test_plotly_gets_no_markup_from_names(hostile: str) -> None:
    texts = [text for spec in Page(hostile).specs for trace in spec["data"] for text in trace["hovertext"] if isinstance(text, str)]
    assert any("script" in text for text in texts)
    assert not any("<" in text for text in texts)


def test_tiles_are_the_published_sums(figures: Figures) -> None:
    net, orders, *_ = tiles(figures)
    assert minor_of(net.value, figures.shop.currency) == sum(sales.net_minor for sales in figures.sales.values())
    assert orders.value == str(sum(sales.orders for sales in figures.sales.values()))


def test_products_and_ads_add_up(page: str, figures: Figures) -> None:
    tables, currency = Page(page).tables, figures.shop.currency
    *rows, last = [[minor_of(text, currency) for text in row[3:]] for row in tables["products"][1:]]
    assert [sum(column) for column in zip(*rows, strict=True)] == last
    assert last[3] == sum(sales.net_minor for sales in figures.sales.values())
    ads = {row[0]: row for row in tables["ads"][2:]}
    for n in (4, 7):
        parts = [int(ads[name][n]) for name in ("All ads", "Touch without an ad", "Unattributed")]
        assert sum(parts) == int(ads["All orders"][n]) == sum(sales.orders for sales in figures.sales.values())


def test_a_page_says_what_it_is_about(page: str, figures: Figures) -> None:
    parsed = Page(page)
    assert ("html", {"lang": "en"}) in parsed.tags
    assert figures.shop.zone in parsed.text
    assert "Attributed, not caused" in parsed.text
    assert "1\u00a0Nov\u00a02026, " in parsed.text
    assert ("Sample data." in parsed.text) == figures.shop.is_sample


def test_a_shop_without_messengers_has_no_zeros_that_read_as_failures(figures: Figures) -> None:
    """Orders of a table alone: nobody could have been touched, or agreed to messages."""
    alone = replace(
        figures,
        opted_in_orders=0,
        funnel=dict.fromkeys(figures.funnel, 0),
        interest={on: dict.fromkeys(kinds, 0) for on, kinds in figures.interest.items()},
        product_interest=(),
        credit=tuple(row for row in figures.credit if row.level_id == "unattributed"),
        ads=(),
        month=None,
    )
    page = Page(report_page(alone.shop, alone))
    notes = {tile.metric: (tile.value, tile.note) for tile in tiles(alone)}
    assert notes["conversion_rate"] == (DASH, "no touch has been told")
    assert notes["optin_rate"] == (DASH, "no opt-in has been told")
    assert "No touch came before these orders." in page.text
    assert not re.search(r"\b0\.0\u00a0%", page.text)
    assert set(page.tables) == {"sales", "products"}
    refused = replace(figures, opted_in_orders=0)
    assert re.search(r"\b0\.0\u00a0%", Page(report_page(refused.shop, refused)).text)


def test_claimed_roas_has_a_column_where_an_ad_has_a_claimed_value(figures: Figures) -> None:
    silent = replace(figures, ads=tuple(replace(ad, claimed_value_minor=None) for ad in figures.ads))
    [spoken, bare] = [Page(report_page(each.shop, each)).tables["ads"] for each in (figures, silent)]
    assert [row[:3] + row[4:] for row in spoken[2:]] == bare[2:]
    assert spoken[1][:2] == ["Orders", "ROAS"]
    assert bare[1] == ["Orders", *spoken[1][2:]]


def test_every_drawing_has_a_name_and_a_table(page: str) -> None:
    tags = Page(page).tags
    drawings = [told for tag, told in tags if tag == "svg"]
    assert all(told["role"] == "img" and told["aria-label"] for told in drawings)
    assert len(drawings) == 2 * sum("data-chart" in told for _, told in tags)


def test_an_empty_shop_says_so(version: Path) -> None:
    text = Page((version / "shop=new-shop" / "report.html").read_text(encoding="utf-8")).text
    assert "Nothing to count yet" in text
    assert "KWD" in text


def test_the_snapshot_of_the_tests_has_the_columns_of_the_models() -> None:
    models = {model.table: list(model.columns) for model in load_models() if model.schema == "reports"}
    assert models == {report: schema.names for report, schema in SCHEMAS.items()}
