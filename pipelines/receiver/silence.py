"""Which shops have fallen silent: their webhooks may have been switched off.

Meta unsubscribes a page after an hour of failures, one page at a time, and nothing arrives that would say so. An asset is expected to
speak where the configuration says so, or where it spoke often: its rate over the last hour or so would have brought at least
`EXPECTED_EVENTS` while it was silent, so that chance explains the silence in fewer than 1 in 100 cases. At night a rate goes down slowly,
and with it what is expected.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

EXPECTED_EVENTS = 5.0  # exp(-5) = 0.7 %
_MEMORY_S = 3600.0  # the rate is a count that fades by e in an hour
ASSETS_AT_MOST = 10_000

Asset = tuple[str, str]


@dataclass(slots=True)
class _Heard:
    last_at: float
    silent_since: float
    faded_count: float = 0.0
    is_silent: bool = False

    def count(self, now: float) -> None:
        self.faded_count = self.faded_count * math.exp(-(now - self.last_at) / _MEMORY_S) + 1.0
        self.last_at = self.silent_since = now

    def expected_during(self, seconds: float) -> float:
        """How many events its rate, as it was when it spoke last, would have brought."""
        return self.faded_count / _MEMORY_S * seconds


class SilenceWatch:
    """Hears events and tells who should have spoken. Times are seconds since 1970, given by the caller."""

    def __init__(self, after_seconds: float, expected: Mapping[str, Iterable[str]], started_at: float) -> None:
        self._after = after_seconds
        self._expected = {(source, asset) for source, assets in expected.items() for asset in assets}
        self._heard = {asset: _Heard(last_at=0.0, silent_since=started_at) for asset in self._expected}

    def hear(self, asset: Asset, now: float) -> bool:
        """Notes an event; says whether it ended a silence that had been told."""
        heard = self._heard.get(asset)
        if heard is None:
            if len(self._heard) >= ASSETS_AT_MOST:
                return False
            heard = self._heard[asset] = _Heard(last_at=now, silent_since=now)
        was_silent, heard.is_silent = heard.is_silent, False
        heard.count(now)
        return was_silent

    def newly_silent(self, now: float) -> list[Asset]:
        """The assets that became silent since the last call."""
        found = []
        for asset, heard in self._heard.items():
            seconds = now - heard.silent_since
            if not heard.is_silent and seconds >= self._after and self._should_have_spoken(asset, heard, seconds):
                heard.is_silent = True
                found.append(asset)
        return found

    def silent(self) -> list[Asset]:
        """The assets that are silent now."""
        return sorted(asset for asset, heard in self._heard.items() if heard.is_silent)

    def last_heard(self) -> dict[Asset, float]:
        """When each asset spoke last."""
        return {asset: heard.last_at for asset, heard in self._heard.items() if heard.last_at}

    def _should_have_spoken(self, asset: Asset, heard: _Heard, seconds: float) -> bool:
        return asset in self._expected or heard.expected_during(seconds) >= EXPECTED_EVENTS

    def remembered(self) -> list[tuple[str, str, float, float]]:
        """(source, asset, last event, rate) of each asset, for `recall` after a restart."""
        return [(*asset, heard.last_at, heard.faded_count) for asset, heard in self._heard.items() if heard.last_at]

    def recall(self, remembered: Iterable[tuple[str, str, float, float]], now: float) -> None:
        """Takes up what was remembered before a restart. A silence begins anew: while nobody listened, nobody could be heard."""
        for source, asset, last_at, faded_count in remembered:
            if len(self._heard) < ASSETS_AT_MOST:
                self._heard[source, asset] = _Heard(last_at=last_at, silent_since=now, faded_count=faded_count)
