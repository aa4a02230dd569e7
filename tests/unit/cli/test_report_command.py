"""`threadmart report` at a terminal: the list of reports, the main columns of a wide one, and the way to the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from pyarrow import parquet

from pipelines.cli import main
from pipelines.cli.output import print_columns
from pipelines.cli.report_table import SHOWN
from pipelines.cli.report_topics import TOPICS
from pipelines.home import Home
from tests.report_schemas import SCHEMAS
from warehouse.models import load_models

REPORTS = {model.table: model for model in load_models() if model.schema == "reports"}
Report = Callable[..., Result]


def row(**told: object) -> dict[str, object]:
    """A row of `attribution`, the numbers not told 7."""
    numbers = {field.name: 7 for field in SCHEMAS["attribution"] if field.type in (pa.int64(), pa.float64())}
    words = {"shop_id": "till", "month_on": date(2026, 3, 1), "level": "channel", "level_name": "Meta ads", "currency": "EUR"}
    return {**numbers, **words, "model": "markov_1", "attribution_window": "7d_click", **told}


@pytest.fixture
def report(home: Path) -> Report:
    """The command, over a published version of two shops."""
    for shop in ("till", "other"):
        folder = Home(home).published / "v000001" / f"shop={shop}"
        folder.mkdir(parents=True)
        rows = [row(shop_id=shop, roas=1.23456, credited_orders=0.5), row(shop_id=shop, model="linear", level_name="Email")]
        parquet.write_table(pa.Table.from_pylist(rows, SCHEMAS["attribution"]), folder / "attribution.parquet")
    (Home(home).published / "current").write_text("v000001\n", encoding="ascii")
    return lambda *words: CliRunner().invoke(main, ["report", *words])


def test_every_report_has_one_topic() -> None:
    listed = [name for names in TOPICS.values() for name in names]
    assert sorted(listed) == sorted(REPORTS)


def test_without_a_name_every_report_is_listed_once() -> None:
    told = CliRunner().invoke(main, ["report"]).stdout.splitlines()
    assert [line.split()[0] for line in told if line.startswith("  ") and line[2] != " "] == [n for names in TOPICS.values() for n in names]
    assert max(map(len, told)) <= 120


def test_a_wide_report_shows_columns_it_has_and_says_what_a_row_is() -> None:
    for name, shown in SHOWN.items():
        assert len(set(shown)) == len(shown) < len(REPORTS[name].columns)
        assert set(shown) <= set(REPORTS[name].columns), name
        assert [each for each in REPORTS[name].grain if not {each, each.replace("_id", "_name")} & set(shown)] == [], name


def test_every_wide_report_has_its_main_columns() -> None:
    assert {name for name, model in REPORTS.items() if len(model.columns) > 14} <= set(SHOWN)


def test_a_table_leaves_out_what_the_options_fix_and_tells_the_rest(report: Report) -> None:
    told = report("attribution", "--shop", "till", "--model", "markov_1", "--window", "7d_click")
    header, _, line = told.stdout.splitlines()
    fixed = ("shop_id", "model", "attribution_window")
    assert header.split() == [name for name in SHOWN["attribution"] if name not in fixed]
    assert line.split() == ["2026-03-01", "channel", "Meta", "ads", "EUR", "0.5000", "7", "7", "1.23", "7"]
    hidden = [name for name in REPORTS["attribution"].columns if name not in SHOWN["attribution"]]
    assert told.stderr.split(" more columns: ")[0].strip() == str(len(hidden))
    assert [name for name in hidden if name not in told.stderr] == []


@pytest.mark.parametrize("words", [("--columns", "all"), ("--format", "csv"), ("--format", "json")])
def test_everything_else_has_all_columns(report: Report, words: tuple[str, str]) -> None:
    told = report("attribution", "--shop", "till", *words)
    assert [name for name in REPORTS["attribution"].columns if name not in told.stdout] == []
    assert told.stderr == ""


def test_columns_are_chosen(report: Report) -> None:
    told = json.loads(report("attribution", "--columns", "roas,level_name", "--model", "markov_1", "--format", "json").stdout)
    assert told == [{"roas": 1.23456, "level_name": "Meta ads"}] * 2
    wrong = report("attribution", "--columns", "roas,nonsense")
    assert wrong.exit_code == 2
    assert "no 'nonsense'" in wrong.stderr


def test_a_value_that_no_row_has_is_told_with_those_there_are(report: Report) -> None:
    told = report("attribution", "--model", "markov", "--format", "json")
    assert json.loads(told.stdout) == []
    assert told.stderr == "No row of attribution has model markov; there are linear, markov_1.\n"


def test_a_report_is_described(report: Report) -> None:
    told = report("attribution", "--describe").stdout
    assert [name for name in REPORTS["attribution"].columns if f"\n  {name} " not in told] == []


def test_fractions_are_as_long_as_a_column_needs() -> None:
    def printed(*values: float | None) -> list[str]:
        with click.testing.CliRunner().isolation() as (out, *_):
            print_columns(("x",), [(value,) for value in values])
        return [line.strip() for line in out.getvalue().decode().splitlines()[2:]]

    assert printed(0.123456, -1.0, None) == ["0.1235", "-1.0000", ""]
    assert printed(1234.567, 0.5) == ["1,234.57", "0.50"]
    assert printed(1234567) == ["1,234,567"]
