"""A published version with its pages, written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboards.figures import Figures, read_figures, read_shop
from dashboards.reports import write_reports
from tests.snapshots import write_snapshot
from warehouse.snapshot import open_shop


@pytest.fixture(scope="session")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    version = write_snapshot(tmp_path_factory.mktemp("published"))
    write_reports(version)
    return version


@pytest.fixture(scope="session", params=["flower-hall", "tea-room"])
def figures(version: Path, request: pytest.FixtureRequest) -> Figures:
    """The figures of each shop that has some."""
    with open_shop(version, request.param) as con:
        figures = read_figures(con, read_shop(con))
    assert figures
    return figures


@pytest.fixture
def page(version: Path, figures: Figures) -> str:
    return (version / f"shop={figures.shop.shop_id}" / "report.html").read_text(encoding="utf-8")
