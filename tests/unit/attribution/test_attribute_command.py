"""`threadmart attribute` on path tables of every spelling, and what it says of bad ones."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard
from click.testing import CliRunner, Result

from pipelines.attribution.models import MODELS
from pipelines.cli import main
from tests.repository import ROOT

ROWS = "path,conversions,value,nulls\nad > qr,2,30,1\nqr,1,5.5,4\nad > ad > dm,3,12,0\n"
SPELLINGS = {
    "ours": ROWS,
    "tabs and other separators": ROWS.replace(",", "\t").replace(" > ", "->"),
    "semicolons, no spaces": ROWS.replace(",", ";").replace(" > ", ">"),
    "ChannelAttribution": ROWS.replace("conversions,value,nulls", "total_conversions,total_conversion_value,total_null"),
    "fractribution": ROWS.replace("path,conversions,value,nulls", "transformedPath,conversions,revenue,nonConversions"),
    "pandas": "\ufeff" + "".join(f"{number},{line}\r\n" for number, line in enumerate(ROWS.splitlines())).replace("0,path", ",path"),
    "quoted, commas in paths": 'nulls,value,conversions,path\n1,30,2,"ad, qr"\n4,5.5,1,qr\n,12,3,"ad,ad,dm"\n',
}


def attribute(tmp_path: Path, content: str | bytes, *options: str, name: str = "paths.csv") -> Result:
    (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return CliRunner().invoke(main, ["attribute", str(tmp_path / name), *options])


def long_rows(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_says_the_same(tmp_path: Path, spelling: str) -> None:
    expected = attribute(tmp_path, ROWS, "--format", "csv").stdout
    assert attribute(tmp_path, SPELLINGS[spelling], "--format", "csv").stdout == expected
    assert expected.startswith("channel,model,conversions,value,removal_effect\nad,first_touch,5.0,42.0,\n")


@pytest.mark.parametrize(("suffix", "packed"), [("gz", gzip.compress), ("zst", zstandard.ZstdCompressor().compress)])
def test_packed_files(tmp_path: Path, suffix: str, packed) -> None:  # type: ignore[no-untyped-def]
    expected = attribute(tmp_path, ROWS).stdout
    assert attribute(tmp_path, packed(ROWS.encode()), name=f"paths.csv.{suffix}").stdout == expected


def test_each_model_credits_all_conversions_and_all_value(tmp_path: Path) -> None:
    rows = long_rows(attribute(tmp_path, ROWS + ",4,7.5,1\n", "--format", "csv"))
    assert list(dict.fromkeys(row["model"] for row in rows)) == list(MODELS)
    for model in MODELS:
        own = [row for row in rows if row["model"] == model]
        assert [row["channel"] for row in own] == ["ad", "dm", "qr", "unattributed"]
        assert sum(float(row["conversions"]) for row in own) == pytest.approx(10)
        assert sum(float(row["value"]) for row in own) == pytest.approx(55)
        assert {bool(row["removal_effect"]) for row in own[:3]} == {model.startswith("markov")}


def test_json_has_null_where_a_model_has_no_removal_effect(tmp_path: Path) -> None:
    rows = json.loads(attribute(tmp_path, ROWS, "--format", "json", "--models", "linear,markov_1,markov_2", "--order", "2").stdout)
    assert [row["model"] for row in rows] == ["linear"] * 3 + ["markov_2"] * 3
    assert [row["removal_effect"] for row in rows[:3]] == [None] * 3
    assert rows[0] == {"channel": "ad", "model": "linear", "conversions": 3.0, "value": 23.0, "removal_effect": None}


def test_the_table_fits_a_terminal(tmp_path: Path) -> None:
    many = "path,conversions,value\n" + "".join(f"{'channel' * 8} {n},{n}000000,{n}00000000\n" for n in range(1, 20))
    result = attribute(tmp_path, many)
    assert max(map(len, result.stdout.splitlines())) <= 120
    assert "total" in result.stdout
    assert "190,000,000.00" in result.stdout
    assert "without shapley_rate: " in result.stderr


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--models", "first_touch", "--transform", "remove_if_not_all:ad"), {"dm": 3, "qr": 3}),
        (("--models", "last_non_direct", "--direct", "QR"), {"ad": 2, "dm": 3, "qr": 1}),
        (("--models", "first_touch", "--trim", "1"), {"dm": 3, "qr": 3}),
        (("--models", "linear", "--transform", "exposure", "--trim", "3"), {"ad": 2.5, "dm": 1.5, "qr": 2}),
        (("--models", "linear", "--transform", "first", "--trim", "2"), {"ad": 2.5, "dm": 1.5, "qr": 2}),
        (("--models", "position", "--position", "1", "0"), {"ad": 5, "dm": 0, "qr": 1}),
        (("--models", "time_decay", "--half-life", "1"), {"ad": 2 / 3 + 9 / 7, "dm": 12 / 7, "qr": 7 / 3}),
        (("--models", "shapley_rate", "--without-nulls"), {"ad": 1, "dm": 1, "qr": 4}),
        (("--models", "markov_1", "--without-nulls"), {"ad": 30 / 11, "dm": 18 / 11, "qr": 18 / 11}),
    ],
)
def test_options(tmp_path: Path, options: tuple[str, ...], found: dict[str, float]) -> None:
    rows = long_rows(attribute(tmp_path, ROWS, *options, "--format", "csv"))
    assert {row["channel"]: float(row["conversions"]) for row in rows} == pytest.approx(found)


def test_weighing(tmp_path: Path) -> None:
    by = {
        each: long_rows(attribute(tmp_path, ROWS, "--models", "markov_1", "--weigh-by", each, "--format", "csv"))
        for each in ("own", "conversions", "value")
    }
    for place in range(3):
        own, conversions, value = (by[each][place] for each in ("own", "conversions", "value"))
        assert (own["conversions"], own["value"]) == (conversions["conversions"], value["value"])
        assert float(conversions["value"]) / 47.5 == pytest.approx(float(conversions["conversions"]) / 6)
        assert float(value["conversions"]) / 6 == pytest.approx(float(value["value"]) / 47.5)
        assert own["removal_effect"] == conversions["removal_effect"] != value["removal_effect"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("path,conversions\na,1\nb,x\n", "paths.csv, line 3, column conversions: 'x', expected a number that is not negative"),
        ("path,conversions\na,-1\n", "line 2, column conversions: '-1', expected a number that is not negative"),
        ("path,conversions\na,\n", "line 2, column conversions: '', expected a number that is not negative"),
        ("path,conversions,value\na,1,nan\n", "line 2, column value: 'nan', expected a number"),
        ("path;conversions;value\na;1;2,5\n", "line 2, column value: '2,5', expected a number"),
        ("path,conversions,value,nulls\na,0,3,1\n", "line 2, column value: '3', expected no value where there are no conversions"),
        ("path,conversions\na > > b,1\n", "line 2, column path: 'a > > b', expected a channel on both sides of each '>'"),
        ("path,conversions\na,1,2\n", "line 2: 3 cells, expected 2 as in the header"),
        ("way,conversions\na,1\n", "paths.csv: no column path, it has way, conversions; expected path, conversions, value, nulls"),
        ("path,conversions\n", "paths.csv: no row below the header"),
        ("", "paths.csv: no column path"),
        (b"path,conversions\na,1\n\xff,1\n", "paths.csv, line 3: expected UTF-8 text"),
    ],
)
def test_a_bad_table_is_told_by_file_row_and_column(tmp_path: Path, content: str | bytes, said: str) -> None:
    result = attribute(tmp_path, content)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (("--models", "first"), 2, "--models: there is no model 'first'; there are first_touch, "),
        (("--transform", "remove_if_not_all"), 2, "--transform remove_if_not_all: expected one of unique, "),
        (("--transform", "remove_if_not_all:x"), 2, "no path has the channel 'x'; there are ad, dm, qr"),
        (("--position", "0.7", "0.7"), 2, "--position: the two shares are more than 1 together"),
        (("--models", "markov_1", "--order", "2"), 2, "--order leaves none of the models"),
    ],
)
def test_wrong_use(tmp_path: Path, options: tuple[str, ...], status: int, said: str) -> None:
    result = attribute(tmp_path, ROWS, *options)
    assert result.exit_code == status
    assert said in result.stderr


def test_a_model_asked_for_by_name_must_be_solvable(tmp_path: Path) -> None:
    result = attribute(tmp_path, "path,conversions\n" + "".join(f"c{n},1\n" for n in range(16)), "--models", "shapley_rate")
    assert result.exit_code == 1
    assert "shapley_rate: " in result.stderr
    assert "at most 15 channels, and there are 16" in result.stderr


def test_neither_warehouse_nor_orchestrator_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "paths.csv").write_text(ROWS)
    probe = (
        "import sys; from click.testing import CliRunner; from pipelines.cli import main;"
        f"CliRunner().invoke(main, ['attribute', {str(tmp_path / 'paths.csv')!r}]);"
        "print(*({'scipy', 'dagster', 'duckdb', 'pandas', 'plotly', 'pyarrow'} & sys.modules.keys()))"
    )
    loaded = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert loaded == ["scipy"]
