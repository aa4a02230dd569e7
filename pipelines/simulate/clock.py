"""Shop-local time: days that are 23 or 25 hours long twice a year, and the hours at which people write."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
_EPOCH = date(1970, 1, 1)
_MARGIN_DAYS = 45  # an order's life goes on after the last day

# Share of a day's conversations that start in each local hour: lunch, and a long evening.
_HOURS = (9, 5, 3, 2, 2, 4, 10, 22, 34, 42, 46, 50, 58, 52, 44, 42, 46, 56, 68, 82, 88, 74, 46, 22)
_HOUR_EDGES = tuple(accumulate(_HOURS))


@lru_cache(maxsize=64)
def date_text(day: int) -> str:
    """The date of a number of days since 1970-01-01, `2026-03-01`."""
    return (_EPOCH + timedelta(days=day)).isoformat()


class ShopClock:
    """Local days of one shop, as days since 1970-01-01, and instants as epoch milliseconds."""

    def __init__(self, zone: str, first_on: date, days: int) -> None:
        self.zone = ZoneInfo(zone)
        self.first_day = (first_on - _EPOCH).days
        self._table_day = self.first_day - 3
        self._starts = [self._midnight(self._table_day + index) for index in range(days + _MARGIN_DAYS + 3)]
        self._plain: dict[int, tuple[int, str] | None] = {}  # day -> UTC offset in seconds and as text; None where it changes

    def _midnight(self, day: int) -> int:
        local = datetime.combine(_EPOCH + timedelta(days=day), datetime.min.time(), self.zone)
        return int(local.timestamp()) * 1000

    def start_ms(self, day: int) -> int:
        return self._starts[day - self._table_day]

    def day(self, ms: int) -> int:
        """The local date of an instant."""
        return self._table_day + bisect_right(self._starts, ms) - 1

    def moment(self, day: int, rng: Random) -> int:
        """An instant of a local day at which somebody might write."""
        hour = bisect_right(_HOUR_EDGES, rng.random() * _HOUR_EDGES[-1])
        start = self.start_ms(day)
        return min(start + int((hour + rng.random()) * HOUR_MS), self.start_ms(day + 1) - 1000)

    def iso(self, ms: int) -> str:
        """ISO 8601 with the shop's offset, as Shopify writes it: `2026-03-29T11:02:03+02:00`."""
        day = self.day(ms)
        if day not in self._plain:
            self._plain[day] = self._offset(day)
        offset = self._plain[day]
        if offset is None:
            return datetime.fromtimestamp(ms // 1000, self.zone).isoformat()
        return f"{_date_and_time(ms // 1000 + offset[0])}{offset[1]}"

    def _offset(self, day: int) -> tuple[int, str] | None:
        start = self.start_ms(day)
        if self.start_ms(day + 1) - start != DAY_MS:
            return None
        local = datetime.fromtimestamp(start // 1000, self.zone)
        return int((local.utcoffset() or timedelta(0)).total_seconds()), local.isoformat()[19:]


def utc_iso(ms: int) -> str:
    return f"{_date_and_time(ms // 1000)}Z"


def _date_and_time(second: int) -> str:
    day, second = divmod(second, 86_400)
    return f"{date_text(day)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def http_date(ms: int) -> str:
    """An HTTP `date` header: `Mon, 02 Mar 2026 03:10:00 GMT`."""
    return format_datetime(datetime.fromtimestamp(ms // 1000, UTC), usegmt=True)
