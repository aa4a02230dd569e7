"""Each notebook runs against a small snapshot, keeps money in integers and ends in a chart."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.snapshots import write_snapshot
from warehouse.snapshot import latest

pytest.importorskip("marimo", reason="notebooks need the `notebooks` extra")

import plotly.graph_objects as go

ROOT = Path(__file__).resolve().parents[1]


def test_the_weekly_review_answers_its_question(home: Path) -> None:
    from notebooks.weekly_review import app

    write_snapshot(home / "published")
    assert latest(home / "published")
    _, found = app.run()
    net, chart = found["net"], found["chart"]
    assert {str(net[column].dtype) for column in ("before_minor", "now_minor", "change_minor")} == {"int64[pyarrow]"}
    assert isinstance(chart, go.Figure)
    first, *changes, last = chart.data[0].y
    assert all(type(value) is int for value in chart.data[0].y)
    assert first + sum(changes) == last == net["now_minor"].sum()


def test_notebooks_keep_the_rules_of_marimo() -> None:
    paths = sorted(str(path) for path in (ROOT / "notebooks").glob("*.py"))
    assert paths
    checked = subprocess.run([sys.executable, "-m", "marimo", "check", "--strict", *paths], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
