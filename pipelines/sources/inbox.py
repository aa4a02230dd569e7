"""The asset a delivery came for: what all rows read from it share."""

from __future__ import annotations

from typing import Any

import msgspec

from pipelines.sources.desk import Shop
from pipelines.sources.meta_time import Time, instant_ms, is_placeholder, meta_ms, number_of
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import IdentityLink, MessageEvent, Touch


class Inbox(msgspec.Struct, gc=False):
    """A page, Instagram account or WhatsApp number while one entry of a delivery is read."""

    source: str
    asset_id: str
    shop: Shop
    entry_time: Time = None  # when the platform sent the entry: hours after the event where it had to retry
    received_ms: int = 0
    siblings: frozenset[str] = frozenset()  # all assets of the delivery: a batch may hold several

    def when(self, told: Time, otherwise: Time = None) -> int:
        """The event's own time; where it tells none: the entry's, `otherwise`, the arrival. Raises Refusal."""
        if told is not None:
            number = number_of(told)
            if self.entry_time is None or not is_placeholder(number):
                return instant_ms(number)
        if self.entry_time is not None:
            return meta_ms(self.entry_time, "entry.time")
        if otherwise is not None:
            return meta_ms(otherwise)
        if self.received_ms:
            return self.received_ms
        raise Refusal(Reason.INVALID_TIMESTAMP, "timestamp")

    def base(self, occurred_ms: int) -> dict[str, Any]:
        """The fields of every row that happened at `occurred_ms`."""
        shop = self.shop
        return {"shop_id": shop.shop_id, "source": self.source, "occurred_ms": occurred_ms, "occurred_day": shop.day(occurred_ms)}

    def person(self, scoped_id: int | str | None, user_ref: str | None) -> str | None:
        """The key of a customer: of the id scoped to this asset, else of the user_ref that stands for it before the
        first message; None for neither."""
        scoped = identifier(scoped_id)
        if scoped is not None:
            return self.shop.person(self.source, scoped)
        return self.shop.person("user_ref", user_ref) if user_ref else None

    def message_key(self, message_id: str) -> str:
        """The key of a message."""
        return self.shop.message(message_id)

    def event_key(self, kind: str, person_key: str | None, told: Time, *content: object) -> str:
        """A key for an event that has no id of its own. `told` is its own time, never that of the entry,
        which a retry changes."""
        instant: int | str = ""
        if told is not None and not is_placeholder(number := number_of(told)):
            instant = instant_ms(number)
        return self.shop.named("|".join([f"event|{self.asset_id}|{kind}|{person_key or ''}|{instant}", *map(str, content)]))

    def message_event(
        self, occurred_ms: int, message_key: str, kind: str, direction: str, person_key: str | None, **told: Any
    ) -> MessageEvent:
        """A row about a message or a thread; `told` are its optional fields."""
        shop = self.shop
        base = (shop.shop_id, self.source, occurred_ms, shop.day(occurred_ms))
        return MessageEvent(*base, self.asset_id, message_key, kind, direction, person_key, **told)

    def touch(self, occurred_ms: int, kind: str, channel: str, person_key: str | None, message_key: str, **told: Any) -> Touch:
        """A contact with marketing; `told` are its optional fields."""
        subject = told.get("ad_id") or told.get("ref") or told.get("product_id") or ""
        shop = self.shop
        key = shop.named(f"touch|{person_key or ''}|{kind}|{subject}|{occurred_ms}")
        base = (shop.shop_id, self.source, occurred_ms, shop.day(occurred_ms))
        return Touch(*base, self.asset_id, key, kind, channel, person_key, message_key=message_key, **told)

    def link(self, occurred_ms: int, person_key: str, linked_key: str, reason: str) -> IdentityLink:
        """Two identifiers of one person; `linked_key` is the one that stays."""
        return IdentityLink(**self.base(occurred_ms), person_key=person_key, linked_key=linked_key, reason=reason)


def canonical_text(value: Any) -> str:
    """A JSON value as text that does not depend on key order or white space."""
    return msgspec.json.encode(value, order="deterministic").decode()
