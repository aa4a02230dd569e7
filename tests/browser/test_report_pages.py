"""The report in a real browser: nothing to complain about, and plotly takes a chart over when someone touches it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards.reports import write_reports
from tests.browser.chromium import EXECUTABLE, Page, browser
from tests.snapshots import write_snapshot

pytestmark = pytest.mark.skipif(EXECUTABLE is None, reason="no Chromium is installed")
HOSTILE = {"Peonies, 15 stems": "<img src=x onerror=\"document.title='taken'\">", "Gift card": "<script>document.title='taken'</script>"}
MIDDLE_OF_PLOT = """(() => {
  const plot = document.querySelectorAll('.plot')[%d];
  plot.scrollIntoView({ block: 'center' });
  const box = plot.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
})()"""
MIDDLE_OF = """(() => {
  const told = document.querySelector('%s');
  told.scrollIntoView({ block: 'center' });
  const box = told.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
})()"""
SEEN = "document.querySelector('%s').innerText"
DRAWINGS_ARE_SEEN = """
[...document.querySelectorAll('svg')].filter((svg) => svg.checkVisibility()).every((svg) => svg.getBoundingClientRect().width > 100)
"""


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    version = write_snapshot(tmp_path_factory.mktemp("published"), HOSTILE)
    write_reports(version)
    return version


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["shop=flower-hall/report.html", "shop=tea-room/report.html", "shop=new-shop/report.html", "index.html"])
def test_a_page_shows_without_complaint_and_fits(page: Page, version: Path, name: str, width: int, is_dark: bool) -> None:
    page.complaints.clear()
    page.open(version / name, width, is_dark=is_dark)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(DRAWINGS_ARE_SEEN)
    assert page.complaints == []


@pytest.mark.parametrize("width", [360, 1280])
def test_plotly_takes_each_chart_over_on_a_click(page: Page, version: Path, width: int) -> None:
    page.complaints.clear()
    page.requests.clear()
    page.open(version / "shop=flower-hall" / "report.html", width)
    assert not page.evaluate("'Plotly' in window")
    charts = page.evaluate("document.querySelectorAll('.plot').length")
    assert charts == 7
    for index in range(charts):
        page.click(*page.evaluate(MIDDLE_OF_PLOT % index))
        page.wait_for(f"document.querySelectorAll('.plot')[{index}].querySelector('.stage .main-svg')")
    assert page.evaluate("document.title").startswith("Flower Hall")
    assert page.complaints == []
    assert [url for url in page.requests if not url.startswith(("file:", "data:image/png"))] == []


def test_plotly_takes_a_chart_over_by_keyboard(page: Page, version: Path) -> None:
    page.open(version / "shop=flower-hall" / "report.html", 1280)
    page.evaluate("document.querySelector('.plot').focus()")
    page.wait_for("document.querySelector('.plot .stage .main-svg')")
    assert page.evaluate("document.activeElement.className") == "plot"


def test_a_page_is_whole_without_scripts(page: Page, version: Path) -> None:
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.call("Page.navigate", url=(version / "shop=flower-hall" / "report.html").as_uri())
        page.wait_for("document.readyState === 'complete' && document.querySelectorAll('.wide svg').length === 7")
        assert page.evaluate("document.querySelectorAll('table[data-chart] tbody tr').length") > 60
    finally:
        page.call("Emulation.setScriptExecutionDisabled", value=False)


def test_a_section_changes_its_language_without_scripts(page: Page, version: Path) -> None:
    page.open(version / "shop=flower-hall" / "report.html", 1280)
    assert page.evaluate(SEEN % "#models") == "Choose a model and a window"
    page.click(*page.evaluate(MIDDLE_OF % "#deutsch"))
    assert page.evaluate(SEEN % "#models") == "Modell und Fenster wählen"
    assert page.evaluate("[...document.querySelectorAll('.tongues [lang=en]')].every((told) => !told.checkVisibility())")


def test_another_window_opens_by_keyboard(page: Page, version: Path) -> None:
    page.open(version / "shop=flower-hall" / "report.html", 360)
    windows = "[...document.querySelectorAll('.choice')].filter((table) => table.checkVisibility()).map((table) => table.dataset.window)"
    assert page.evaluate(windows) == ["7d_click"]
    page.evaluate("document.querySelectorAll('.window summary')[1].focus()")
    for kind in ("keyDown", "keyUp"):
        page.call("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")
    assert page.evaluate(windows) == ["7d_click", "spring"]
    assert page.evaluate("document.documentElement.scrollWidth") == 360
