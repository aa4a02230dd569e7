"""The European Central Bank's tables are read exactly; what is no rate is refused."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.shapes.drift import DriftWatch
from pipelines.sources.contract import Loaded, Outcome, Quarantined
from pipelines.sources.desk import Desk
from pipelines.sources.quarantine import Reason
from pipelines.sources.registry import table_outcomes
from pipelines.sources.rows import FxRate

DAILY = (  # each line ends with a comma and a blank
    "Date, USD, JPY, BGN, CZK, DKK, GBP, CHF, ISK, \n13 March 2026, 1.0889, 161.67, 1.9558, 25.017, 7.4594, 0.84028, 0.9604, 146.30, \n"
)
HISTORY = """Date,USD,JPY,BGN,CYP,ISK,
2026-03-13,1.0889,161.67,N/A,N/A,146.3,
1999-01-04,1.1789,133.73,N/A,0.58231,81.48,
"""


def outcomes(table: str) -> list[Outcome]:
    told = list(table_outcomes("csv", io.BytesIO(table.encode()), Desk({}, lambda shop_id: b"k" * 32), None, DriftWatch().rows))
    assert {source for source, _ in told} == {"fx"}
    return [outcome for _, outcome in told]


def rates(table: str) -> dict[tuple[int, str], int]:
    rows = [row for outcome in outcomes(table) if isinstance(outcome, Loaded) for row in outcome.rows]
    return {(row.occurred_day, row.currency): row.rate_e9 for row in rows if isinstance(row, FxRate)}


def test_the_bank_s_two_tables_tell_the_same_rates() -> None:
    daily, history = rates(DAILY), rates(HISTORY)
    assert {currency for _, currency in daily} == {"USD", "JPY", "BGN", "CZK", "DKK", "GBP", "CHF", "ISK"}
    day, first = 20_525, 10_595
    assert history == {
        **{(day, currency): daily[day, currency] for currency in ("USD", "JPY", "ISK")},
        (first, "USD"): 1_178_900_000,
        (first, "JPY"): 133_730_000_000,
        (first, "CYP"): 582_310_000,
        (first, "ISK"): 81_480_000_000,
    }


def test_a_rate_belongs_to_no_shop() -> None:
    desk = Desk({}, lambda shop_id: b"k" * 32)
    [(_, outcome)] = table_outcomes("csv", io.BytesIO(DAILY.encode()), desk, None, DriftWatch().rows)
    assert isinstance(outcome, Loaded)
    assert {row.shop_id for row in outcome.rows} == {""}
    assert desk.take_assets() == []


NO_RATE = Quarantined(Reason.WRONG_SHAPE, "USD: expected a rate above 0 and below 10 000 000, with at most 9 decimals")


@given(st.decimals("0.000000001", "9999999.999999999", places=9, allow_nan=False, allow_infinity=False))
def test_a_rate_is_kept_to_its_last_digit(rate: Decimal) -> None:
    [found] = rates(f"Date,USD\n2026-03-13,{rate:f}\n").values()
    assert Decimal(found).scaleb(-9) == rate


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        ("2026-03-13,0", NO_RATE),
        ("2026-03-13,-1.1", NO_RATE),
        ("2026-03-13,1.0000000001", NO_RATE),
        ("2026-03-13,10000000", NO_RATE),
        ("2026-03-13,about 1", NO_RATE),
        ("2026-03-13,N/A", Quarantined(Reason.MISSING_FIELD, "a rate")),
        ("13.03.2026,1.1", Quarantined(Reason.INVALID_TIMESTAMP, "Date")),
        ("1998-12-31,1.1", Quarantined(Reason.INVALID_TIMESTAMP, "Date")),
        (",1.1", Quarantined(Reason.INVALID_TIMESTAMP, "Date")),
    ],
)
def test_what_is_no_rate_is_refused(row: str, refused: Quarantined) -> None:
    assert outcomes(f"Date,USD\n{row}\n") == [refused]
