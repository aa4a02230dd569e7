"""The envelope of Meta's webhooks: which platform speaks, and the entries of a body.

Format: https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks
`{"object": ..., "entry": [{"id": asset, "time": ms or s, "messaging" | "standby" | "changes": [record]}]}`.
A record is an item of an entry; an entry without items, and a body without entries, is one refused record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from pipelines.sources.contract import Delivery, Quarantined
from pipelines.sources.meta_time import Time
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier
from pipelines.sources.refusal import Refusal, attempt

Id = int | str | None

PAGE, INSTAGRAM, WHATSAPP = "page", "instagram", "whatsapp_business_account"

# What the "Test" button of Meta's app dashboard sends.
TEST_ASSET = "0"
TEST_SENDER = "12334"
TEST_MESSAGE_ID = "random_mid"

_BARE_KEYS = frozenset({"message", "postback", "optin", "delivery", "read", "reaction", "referral", "timestamp"})
_FLAT_FIELDS = frozenset({"marketing_message_echoes", "marketing_message_delivery_failed"})


class Entry(msgspec.Struct, gc=False):
    """What one asset has to tell."""

    id: Id = None
    time: Time = None
    messaging: list[msgspec.Raw] | None = None
    standby: list[msgspec.Raw] | None = None
    changes: list[msgspec.Raw] | None = None

    def is_empty(self) -> bool:
        return not (self.messaging or self.standby or self.changes)

    def is_test(self) -> bool:
        return self.id in (0, TEST_ASSET)


class _Body(msgspec.Struct, gc=False):
    object: str | None = None
    entry: list[msgspec.Raw] | None = None


class Raws(msgspec.Struct, gc=False):
    """A bare record: an event without entry, as archives and test tools keep it."""

    messaging: msgspec.Raw = msgspec.Raw()
    field: str | None = None
    page_id: Id = None


def exact_number(text: str) -> Decimal | str:
    """A JSON number with a fraction or exponent, exactly; left as text where no decimal can hold it."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


_BODY = msgspec.json.Decoder(_Body)
_ENTRY = msgspec.json.Decoder(Entry)
BARE = msgspec.json.Decoder(Raws)


def platform(value: Any, headers: Mapping[str, str]) -> str | None:
    """The `object` of a decoded body, guessed from its entries where it is left out; None for other JSON."""
    if not isinstance(value, dict):
        return None
    if value.get("object") is not None:
        return value["object"] if isinstance(value["object"], str) else None
    entries = value.get("entry")
    if entries is None:
        return PAGE if _is_bare(value) else None
    first = entries[0] if isinstance(entries, list) and entries else None
    if not isinstance(first, dict) or not first.keys() & {"messaging", "standby", "changes"}:
        return None
    if "messaging_product" in str(first.get("changes", ""))[:1000]:
        return WHATSAPP
    return INSTAGRAM if str(first.get("id", "")).startswith("1784") else PAGE


def _is_bare(value: dict[str, Any]) -> bool:
    if isinstance(value.get("messaging"), dict) or value.get("field") in _FLAT_FIELDS:
        return True
    return isinstance(value.get("recipient"), dict) and bool(value.keys() & _BARE_KEYS)


def entries(delivery: Delivery, platform_name: str) -> Iterator[Entry | Quarantined]:
    """The entries of a body, in its order; nothing for a body that is one bare record (see `is_bare`)."""
    body = attempt(_BODY.decode, delivery.body)
    if isinstance(body, Quarantined):
        yield body
    elif body.object not in (None, platform_name):
        yield Quarantined(Reason.UNSUPPORTED_SOURCE, "object")
    elif body.entry is None:
        yield Quarantined(Reason.UNSUPPORTED_SOURCE, "entry")
    elif not body.entry:
        yield Quarantined(Reason.EMPTY_DELIVERY, "entry")
    else:
        for raw in body.entry:
            entry = attempt(_entry, raw)
            yield entry


def _entry(raw: msgspec.Raw) -> Entry:
    entry = _ENTRY.decode(raw)
    if entry.is_empty():
        raise Refusal(Reason.EMPTY_DELIVERY, "entry")
    if identifier(entry.id) is None:
        raise Refusal(Reason.MISSING_FIELD, "entry.id")
    return entry
