"""Every model in every window: the published credits, adding up, and honest where a model or a number is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from dashboards import queries
from dashboards.charts import MODEL_NAMES
from dashboards.choices import TOP_ADS, window_tables
from dashboards.figures import Figures
from dashboards.format import DASH
from dashboards.model_words import MODELS, WINDOWS
from dashboards.months import Choice, Month
from dashboards.reading import all_rows
from dashboards.reports import report_page
from tests.report_schemas import SCHEMAS
from tests.unit.dashboards.html_pages import Page

PPB = 1_000_000_000
ALIKE = (("7d", "a", "linear"), ("1d", "a", "linear"))


@pytest.fixture
def month(figures: Figures) -> Month:
    assert figures.month
    return figures.month


def choice(level_id: str, credited: dict[str, int], level: str = "channel", window: str = "7d_click") -> Choice:
    return Choice(
        window, level, level_id, level_id, list(MODELS), {model: orders * PPB for model, orders in credited.items()}, 1.0, 2.0, 11
    )


def test_all_models_are_named_and_explained() -> None:
    assert list(MODELS) == list(MODEL_NAMES)
    words = [words for model in MODELS.values() for words in (model.name, model.meaning)] + list(WINDOWS.values())
    assert all(told.en and told.de for told in words)


def test_credits_of_a_model_add_up_to_the_orders(month: Month) -> None:
    """Each cell is rounded to a tenth, so a sum of n cells may be n twentieths off."""
    for table in window_tables(month.choices):
        for _, rows in table.levels:
            for place, model in enumerate(MODELS):
                cells = [Decimal(row.credited[place].replace("\u00a0", "")) for row in rows if row.credited[place] != DASH]
                told = model in month.choices[0].models
                assert abs(sum(cells) - (month.orders if told else 0)) * 20 <= len(cells)


def test_credits_are_the_published_ones(month: Month, figures: Figures, version: Path) -> None:
    told = pq.read_table(version / f"shop={figures.shop.shop_id}" / "attribution.parquet")
    told = told.filter(pc.equal(told["month_on"], month.month_on))
    published = {
        (row["attribution_window"], row["level"], row["level_id"], row["model"]): row["credited_ppb"]
        for row in told.to_pylist()
        if row["credited_ppb"]
    }
    read = {(row.window, row.level, row.level_id, model): ppb for row in month.choices for model, ppb in row.credited_ppb.items()}
    assert read == published


def test_a_row_tells_its_fewest_and_its_most() -> None:
    [table] = window_tables([choice("meta_ads", dict.fromkeys(MODELS, 2) | {"linear": 5}), choice("email", {"position": 1})])
    [(_, rows)] = table.levels
    assert [(row.name.en, row.range, row.interval) for row in rows] == [
        ("meta_ads", f"2.0{DASH}5.0", f"1.0{DASH}2.0"),
        ("email", f"0.0{DASH}1.0", f"1.0{DASH}2.0"),
    ]


def test_a_model_that_could_not_be_solved_credits_nothing_known() -> None:
    solved = [model for model in MODELS if model != "shapley_rate"]
    unsolved = replace(choice("meta_ads", dict.fromkeys(solved, 2)), models=solved)
    [(_, [row])] = window_tables([unsolved])[0].levels
    assert [text for text, model in zip(row.credited, MODELS, strict=True) if model == "shapley_rate"] == [DASH]
    assert (row.range, row.credited.count("2.0")) == ("2.0", 12)


def test_a_model_is_known_only_in_windows_where_it_was_solved() -> None:
    month = {"month_on": date(2026, 3, 1), "currency": "EUR"}
    with duckdb.connect() as con:
        for report in ("attribution", "attribution_disagreement", "attribution_interval"):
            con.register(f"{report}_rows", SCHEMAS[report].empty_table())
            con.execute(f"create table {report} as select * from {report}_rows")
        told = "insert into attribution by name select $month_on as month_on, $currency as currency, 'channel' as level, 5 as credited_ppb"
        for window, level_id, model in (*ALIKE, ("7d", "not_modelled", "shapley_rate"), ("1d", "a", "shapley_rate")):
            cell = {"window": window, "level_id": level_id, "model": model}
            con.execute(f"{told}, $window as attribution_window, $level_id as level_id, $model as model", month | cell)
        con.execute(
            "insert into attribution_disagreement by name"
            " select distinct month_on, currency, attribution_window, level, 'a' as level_id from attribution"
        )
        models = {row[0]: sorted(row[4]) for row in all_rows(con, queries.CHOICES, month)}
    assert models == {"7d": ["linear"], "1d": ["linear", "shapley_rate"]}


def test_ads_beyond_the_first_are_one_row_before_what_has_no_ad() -> None:
    ads = [choice(f"ad{number}", {"linear": 20 - number}, "ad") for number in range(TOP_ADS + 2)]
    apart = [choice(level_id, {"linear": 1}, "ad") for level_id in ("unattributed", "no_ad")]
    [(_, rows)] = window_tables([*apart, *ads])[0].levels
    assert [row.name.de for row in rows[TOP_ADS:]] == ["2 weitere Anzeigen", "Kontakt ohne Anzeige", "Kein Kontakt im Fenster"]
    linear = list(MODELS).index("linear")
    assert (rows[TOP_ADS].credited[linear], rows[TOP_ADS].interval) == ("23.0", "")


def test_an_interval_needs_eleven_customers() -> None:
    few = replace(choice("meta_ads", {"linear": 2}), customers=10)
    [(_, [row])] = window_tables([few])[0].levels
    assert row.interval == ""


def test_presets_come_first_and_a_window_without_credit_not_at_all() -> None:
    told = [choice("meta_ads", {"linear": 1}, window=window) for window in ("any", "1d_view", "7d_click")]
    tables = window_tables([*told, choice("unattributed", {"linear": 1}, window="1d_ev")])
    assert [(table.window, table.name.en) for table in tables] == [
        ("7d_click", "Clicks and replies, 7 days"),
        ("1d_view", "Views, 1 day"),
        ("any", "Your own window"),
    ]


def test_a_page_offers_every_model_in_each_window(figures: Figures) -> None:
    page = Page(report_page(figures.shop, figures))
    windows = [told["data-window"] for tag, told in page.tags if tag == "table" and "data-window" in told]
    assert windows == ["7d_click", "spring"]
    assert len(page.tables["choice"][0]) == 1 + len(MODELS) + 2
    assert page.text.count("caused") == page.text.count("not caused")
