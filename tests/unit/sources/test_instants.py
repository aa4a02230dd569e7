"""Times as tables and headers tell them, across changes of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.instants import LocalTimes, http_date_ms
from tests.messaging import ms


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2025-10-26 02:30:00", ms(2025, 10, 26, 0, 30)),  # told twice that night: the first one
        ("2025-10-26 03:00:00", ms(2025, 10, 26, 2)),
        ("2025-03-30 02:30:00", ms(2025, 3, 30, 1, 30)),  # skipped that night: the offset before
        ("2025-03-30T02:30:00+00:00", ms(2025, 3, 30, 2, 30)),
        ("20250701", ms(2025, 6, 30, 22)),
    ],
)
def test_local_times_across_a_change_of_clocks(local: str, utc: int) -> None:
    assert LocalTimes("Europe/Berlin").epoch_ms(local, "time") == utc


ZONES = st.sampled_from([ZoneInfo("UTC"), ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")])


@given(moment=st.datetimes(datetime(2004, 1, 2), datetime(2099, 12, 30), timezones=ZONES))
def test_a_time_with_an_offset_is_its_instant_whatever_the_zone_of_the_table(moment: datetime) -> None:
    told = moment.astimezone(UTC)
    instant = (told - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert LocalTimes("America/New_York").epoch_ms(told.isoformat(), "time") == instant
    assert LocalTimes("America/New_York").epoch_ms(told, "time") == instant


def test_headers_that_are_no_date_tell_no_time() -> None:
    assert http_date_ms("Sat, 15 Mar 2025 06:00:00 GMT") == ms(2025, 3, 15, 6)
    assert [http_date_ms(text) for text in (None, "", "soon", "Sat, 15 Mar 1999 06:00:00 GMT")] == [None] * 4
