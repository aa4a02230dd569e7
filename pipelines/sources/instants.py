"""Times as sources tell them -> UTC epoch milliseconds between 2004 and 2100."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.sources.desk import DAY_MS
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal

FIRST_MS = 1_072_915_200_000  # 2004-01-01, Facebook's first year
END_MS = 4_102_444_800_000  # 2100-01-01
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_CACHED_TEXTS = 65_536


def checked(instant_ms: int, field: str) -> int:
    """The instant, where it lies between 2004 and 2100. Raises Refusal(invalid_timestamp) elsewhere."""
    if not FIRST_MS <= instant_ms < END_MS:
        raise Refusal(Reason.INVALID_TIMESTAMP, field)
    return instant_ms


def since_epoch_ms(moment: datetime) -> int:
    """Epoch milliseconds of a time with an offset, whenever that is."""
    return (moment - _EPOCH) // _MILLISECOND


def epoch_ms(moment: datetime, field: str) -> int:
    """Epoch milliseconds of a time with an offset. Raises Refusal where it has none or lies outside 2004 to 2100."""
    if moment.tzinfo is None:
        raise Refusal(Reason.INVALID_TIMESTAMP, f"{field} has no offset")
    return checked(since_epoch_ms(moment), field)


def epoch_day(day: date, field: str) -> int:
    """Days since 1970-01-01. Raises Refusal outside 2004 to 2100."""
    told = day.toordinal() - _EPOCH_ORDINAL
    return checked(told * DAY_MS, field) // DAY_MS


def http_date_ms(text: str | None) -> int | None:
    """Epoch milliseconds of an HTTP `date` header (RFC 9110, 5.6.7); None where it is absent or not a date."""
    try:
        return epoch_ms(parsedate_to_datetime(text), "date") if text else None
    except (ValueError, Refusal):
        return None


class LocalTimes:
    """Reads the times of one table: ISO 8601 first, then each of `formats` (strptime), naive ones as times of `zone`.

    A local time that a change of clocks makes happen twice means the first one (fold=0); one that it skips is read with
    the offset before the change.
    """

    def __init__(self, zone: str, formats: tuple[str, ...] = ()) -> None:
        self._zone = ZoneInfo(zone)
        self._formats = formats
        self._known: dict[Any, int] = {}

    def epoch_ms(self, cell: Any, field: str) -> int:
        """Epoch milliseconds of a cell: a datetime, a date (its midnight) or text. Raises Refusal."""
        try:
            known = self._known.get(cell)
        except TypeError:
            raise Refusal(Reason.INVALID_TIMESTAMP, field) from None
        if known is None:
            known = epoch_ms(self._moment(cell, field), field)
            if len(self._known) >= _CACHED_TEXTS:
                self._known.clear()
            self._known[cell] = known
        return known

    def _moment(self, cell: Any, field: str) -> datetime:
        if isinstance(cell, datetime):
            moment = cell
        elif isinstance(cell, date):
            moment = datetime.combine(cell, time())
        elif isinstance(cell, str):
            moment = self._parsed(cell.strip(), field)
        else:
            raise Refusal(Reason.INVALID_TIMESTAMP, field)
        try:
            return moment if moment.tzinfo else moment.replace(tzinfo=self._zone, fold=0).astimezone(UTC)
        except OverflowError:
            raise Refusal(Reason.INVALID_TIMESTAMP, field) from None

    def _parsed(self, text: str, field: str) -> datetime:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
        for pattern in self._formats:
            try:
                return datetime.strptime(text, pattern)
            except ValueError:
                continue
        raise Refusal(Reason.INVALID_TIMESTAMP, field)
