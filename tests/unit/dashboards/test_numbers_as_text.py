"""Numbers as text, and back."""

from __future__ import annotations

import re
from fractions import Fraction
from math import isclose
from pathlib import Path

import pyarrow as pa
import pytest
import yaml  # type: ignore[import-untyped]
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboards import embedded
from dashboards import format as fmt
from dashboards.charts import BLUE, GREEN, GREY, ORANGE
from dashboards.definitions import PATH, definitions
from dashboards.figures import Figures
from dashboards.intervals import Z, poisson, wilson
from dashboards.tiles import tiles
from pipelines.sources.money import EXPONENTS
from tests.report_schemas import SCHEMAS
from warehouse.currency import amount, exponent, minor_of, money, quotient

amounts = st.integers(-(10**15), 10**15)
currencies = st.sampled_from(sorted(EXPONENTS))


def test_exponents_are_those_that_sources_are_read_with() -> None:
    assert {currency: exponent(currency) for currency in EXPONENTS} == EXPONENTS


@given(amounts, currencies)
def test_money_reads_back(minor: int, currency: str) -> None:
    assert minor_of(money(minor, currency), currency) == minor
    assert minor_of(amount(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(1234567, "EUR", "12\u202f345.67"), (1234567, "JPY", "1\u202f234\u202f567"), (-5, "KWD", "\u22120.005"), (99, "EUR", "0.99")],
)
def test_money_has_the_digits_of_its_currency(minor: int, currency: str, text: str) -> None:
    assert amount(minor, currency) == text


def test_an_amount_of_another_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="is not an amount of JPY"):
        minor_of(money(100, "EUR"), "JPY")


@given(amounts, st.integers(1, 10**12))
def test_rounding_is_half_away_from_zero(part: int, whole: int) -> None:
    exact = Fraction(part, whole)
    error = abs(exact) - abs(quotient(part, whole))
    assert -Fraction(1, 2) <= error < Fraction(1, 2)
    assert quotient(-part, whole) == -quotient(part, whole)


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_axis_marks_cover_the_values(one: int, other: int, digits: int) -> None:
    low, high = sorted((one, other))
    marks, texts = fmt.axis_marks(low, high, digits)
    assert marks[0] <= min(low, 0)
    assert marks[-1] >= max(high, 0)
    assert 0 in marks
    assert 3 <= len(marks) == len(set(texts)) <= 8


@given(st.integers(1, 10**6), st.data())
def test_wilson_ends_solve_their_equation(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    rate = successes / trials
    for end in wilson(successes, trials):
        assert isclose(abs(rate - end), Z * (end * (1 - end) / trials) ** 0.5, rel_tol=1e-6, abs_tol=1e-9)


@given(st.floats(0.001, 10**6))
def test_poisson_ends_solve_their_equation(count: float) -> None:
    low, high = poisson(count)
    assume(low > 0)
    for end in (low, high):
        assert isclose((count - end) ** 2, Z * Z * end, rel_tol=1e-6)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_and_marks_have_contrast(scheme: int) -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11."""
    block = re.findall(r":root \{(.*?)\}", embedded.style(), re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    grounds = [colours[name] for name in ("ground", "card", "soft")]
    for name in ("ink", "muted", "link", "up", "down"):
        assert min(contrast(colours[name], ground) for ground in grounds) >= 4.5, name
    assert contrast(colours["ribbon-ink"], colours["ribbon"]) >= 4.5
    for colour in (BLUE, ORANGE, GREEN, GREY, colours["accent"]):
        assert contrast(colour, colours["card"]) >= 3, colour


def test_definitions_are_read_in_english(tmp_path: Path) -> None:
    path = tmp_path / "metrics.yml"
    path.write_text("net_sales:\n  meaning: {en: What is kept., de: Was bleibt.}\n  formula: gross - refund\n", encoding="utf-8")
    [definition] = definitions(path).values()
    assert (definition.label, definition.meaning, definition.formula) == ("Net sales", "What is kept.", "gross - refund")
    assert definitions(tmp_path / "absent.yml") == {}


@pytest.mark.parametrize("report", SCHEMAS)
def test_every_number_of_a_report_is_in_a_definition(report: str) -> None:
    """An end of an interval is defined with its rate."""
    metrics = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    defined = {column for metric in metrics.values() for column in metric["columns"]}
    numbers = {field.name for field in SCHEMAS[report] if field.type in (pa.int64(), pa.float64())}
    assert {name for name in numbers if f"{report}.{re.sub('_(low|high)$', '', name)}" not in defined} == set()


def test_every_tile_has_its_definition(figures: Figures) -> None:
    assert [definitions()[tile.metric].label for tile in tiles(figures)] == [tile.label for tile in tiles(figures)]
