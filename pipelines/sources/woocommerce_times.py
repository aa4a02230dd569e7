"""WooCommerce's times: the twin in UTC wins, then what tells an offset, then the clock of the shop's zone."""

from __future__ import annotations

from functools import cache

from pipelines.sources.instants import LocalTimes

_UTC = LocalTimes("UTC")
_of_zone = cache(LocalTimes)


def instant(told_utc: str | None, told_local: str | None, zone: str, field: str) -> int | None:
    """Epoch milliseconds of a time told by its UTC twin, or by the site's clock; None where neither is told. Raises Refusal."""
    if told_utc:
        return _UTC.epoch_ms(told_utc, f"{field}_gmt")
    return _of_zone(zone).epoch_ms(told_local, field) if told_local else None
