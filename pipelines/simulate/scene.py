"""One shop's day on stage: what happens is told here, delayed and repeated as networks do, and added to the truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from pipelines.simulate.clock import DAY_MS, HOUR_MS
from pipelines.simulate.truth import Truth
from pipelines.simulate.world import Shop
from pipelines.simulate.writer import Writer

LATENESS_MS = 7 * DAY_MS  # no delivery comes later than this
IN_TIME_S = 48 * 3600  # an update of an order that is sent later is none
_PROMPT_SHARE, _RETRIED_SHARE = 0.972, 0.021  # the rest comes days late
_REDELIVERED_SHARE = 0.012


@dataclass(slots=True)
class Scene:
    shop: Shop
    day: int
    rng: Random
    writer: Writer
    truth: Truth
    records: int = 0
    conversations: Counter[str] = field(default_factory=Counter)  # ad id -> conversations it started

    def happens(self, at_ms: int) -> bool:
        return at_ms < self.shop.end_ms

    def touch(self, at_ms: int) -> None:
        """A contact with marketing (each click once, however often it is told)."""
        if self.happens(at_ms):
            self.truth.touch(self.shop.index, self.shop.clock.day(at_ms))

    def reaches(self, stage: str, due_ms: int, told_ms: int | None) -> None:
        """An order reached a stage; the first message that tells it was sent at `told_ms`, if any was."""
        is_told = told_ms is not None and self.happens(told_ms) and told_ms // 1000 - due_ms // 1000 <= IN_TIME_S
        self.truth.update(self.shop.index, self.shop.clock.day(due_ms), stage, is_told=is_told)

    def entry(self, source: str, at_ms: int, items: list[bytes], standby: list[bytes] | None = None) -> None:
        """Messaging items of one entry, each a record."""
        asset = self.shop.page_id if source == "messenger" else self.shop.instagram_id
        arrival = self.arrival(source, at_ms)
        told = b',"messaging":[%b]' % b",".join(items) if items else b""
        aside = b',"standby":[%b]' % b",".join(standby) if standby else b""
        body = b'{"id":"%b","time":%d%b%b}' % (asset.encode(), arrival, told, aside)
        self.deliver(source, arrival, body, records=len(items) + len(standby or ()))

    def deliver(self, source: str, arrival_ms: int, body: bytes, *, records: int = 1, is_line: bool = False) -> None:
        """Hands a body over, now and then a second time."""
        self.writer.add(source, arrival_ms, body, is_line=is_line)
        self.records += records
        if self.rng.random() < _REDELIVERED_SHARE:
            self.writer.add(source, arrival_ms + 2000 + int(self.rng.random() ** 3 * DAY_MS), body, is_line=is_line)
            self.records += records

    def deliver_once(self, source: str, at_ms: int, body: bytes, *, is_line: bool) -> None:
        """Hands over one record that is never repeated."""
        self.writer.add(source, self.arrival(source, at_ms), body, is_line=is_line)
        self.records += 1

    def arrival(self, source: str, at_ms: int) -> int:
        """When a delivery about that instant comes in: mostly at once, some after retries, few up to a week late."""
        luck = self.rng.random()
        if luck < _PROMPT_SHARE:
            arrival = at_ms + 150 + int(self.rng.random() ** 2 * 4000)
        elif luck < _PROMPT_SHARE + _RETRIED_SHARE:
            arrival = at_ms + 4000 + int(self.rng.random() ** 2 * 6 * HOUR_MS)
        else:
            arrival = at_ms + HOUR_MS + int(self.rng.random() * (LATENESS_MS - 2 * HOUR_MS))
        clock, outage = self.shop.clock, self.shop.outage_day
        if outage is not None and source == "messenger" and clock.day(at_ms) == outage:
            arrival = max(arrival, clock.start_ms(outage + 1) + HOUR_MS + int(self.rng.random() * DAY_MS))
        return arrival
