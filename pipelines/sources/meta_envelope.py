"""The envelope of Meta's webhooks: which platform speaks, and the entries of a body.

Format: https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks
`{"object": ..., "entry": [{"id": asset, "time": ms or s, "messaging" | "standby" | "changes": [record]}]}`.
A record is an item of an entry; an entry without items, and a body without entries, is one refused record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from pipelines.sources.camel_case import wire_names
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

NOBODY = "0"  # on both sides of a message: the sides are not told
PLACEHOLDERS = ("PAGE_ID", "<PAGE_ID>")  # of the asset in samples of the documentation, as archives of them hold it
TEST_MESSAGE_ID = "random_mid"

_BARE_KEYS = frozenset({"message", "postback", "optin", "delivery", "read", "reaction", "referral", "timestamp"})
_FLAT_FIELDS = ("marketing_message_echoes", "marketing_message_delivery_failed")
_PROFESSIONAL_ACCOUNT = "1784"  # how the ids of Instagram professional accounts begin


class Entry(msgspec.Struct, gc=False):
    """What one asset has to tell."""

    id: Id = None
    time: Time = None
    messaging: list[msgspec.Raw] | None = None
    standby: list[msgspec.Raw] | None = None
    changes: list[msgspec.Raw] | None = None


class Party(msgspec.Struct, gc=False):
    """A side of a thread: the asset, or a customer by page-scoped id or, before the first message, by user_ref."""

    id: Id = None
    user_ref: Id = None


class _Body(msgspec.Struct, gc=False):
    object: str | None = None
    entry: list[msgspec.Raw] | None = None


class _Echo(msgspec.Struct, gc=False):
    is_echo: bool | None = None


class _Bare(msgspec.Struct, gc=False):
    """A record without envelope, as archives and test tools keep it."""

    messaging: msgspec.Raw = msgspec.Raw()
    field: str | None = None
    page_id: Id = None
    sender: Party | None = None
    recipient: Party | None = None
    message: _Echo | None = None
    delivery: Any = None
    read: Any = None
    pass_thread_control: Any = None
    take_thread_control: Any = None
    request_thread_control: Any = None

    @property
    def may_be_turned(self) -> bool:
        """Whether copies tell the event with either side as its sender: then only an entry could tell whose it is."""
        events = (self.delivery, self.read, self.pass_thread_control, self.take_thread_control, self.request_thread_control)
        return any(event is not None for event in events)


_BODY = msgspec.json.Decoder(_Body)
_ENTRY = msgspec.json.Decoder(Entry)
_BARE = msgspec.json.Decoder(_Bare)


def platform(value: Any) -> str | None:
    """The `object` of a decoded body, guessed from its entries where it is left out; None for other JSON."""
    if not isinstance(value, dict):
        return None
    if value.get("object") is not None:
        return value["object"] if isinstance(value["object"], str) else None
    told = value.get("entry")
    if told is None:
        return PAGE if _is_bare(value) else None
    first = told[0] if isinstance(told, list) and told else None
    if not isinstance(first, dict) or not first.keys() & {"messaging", "standby", "changes"}:
        return None
    if _is_whatsapp(first.get("changes")):
        return WHATSAPP
    return INSTAGRAM if str(first.get("id", "")).startswith(_PROFESSIONAL_ACCOUNT) else PAGE


def _is_bare(value: Mapping[str, Any]) -> bool:
    if isinstance(value.get("messaging"), dict) or value.get("field") in _FLAT_FIELDS:
        return True
    return isinstance(value.get("recipient"), dict) and not value.keys().isdisjoint(_BARE_KEYS)


def _is_whatsapp(changes: Any) -> bool:
    change = changes[0] if isinstance(changes, list) and changes else None
    value = change.get("value") if isinstance(change, dict) else None
    return isinstance(value, dict) and value.get("messaging_product") == "whatsapp"


def entries(delivery: Delivery, platform_name: str) -> Iterator[Entry | Quarantined]:
    """The entries of a body, in its order; an entry or body that cannot be read is one refused record."""
    body = attempt(_BODY.decode, delivery.body)
    if isinstance(body, Quarantined):
        is_no_object = body.reason is Reason.WRONG_SHAPE and not body.field
        yield Quarantined(Reason.UNSUPPORTED_SOURCE) if is_no_object else body
    elif body.object not in (None, platform_name):
        yield Quarantined(Reason.UNSUPPORTED_SOURCE, "object")
    elif body.entry is None:
        yield (Quarantined(Reason.UNSUPPORTED_SOURCE, "entry") if platform_name == WHATSAPP else attempt(_bare_entry, delivery.body))
    elif not body.entry:
        yield Quarantined(Reason.EMPTY_DELIVERY, "entry")
    else:
        for raw in body.entry:
            entry = attempt(_ENTRY.decode, raw)
            if isinstance(entry, Entry) and not (entry.messaging or entry.standby or entry.changes):
                entry = Quarantined(Reason.EMPTY_DELIVERY, "entry")
            yield entry


def asset_of(entry: Entry) -> str:
    """The asset that an entry is about. Raises Refusal for none, and for the dashboard's test button."""
    asset_id = identifier(entry.id)
    if asset_id is None:
        raise Refusal(Reason.MISSING_FIELD, "entry.id")
    if asset_id == TEST_ASSET:
        raise Refusal(Reason.TEST_TRAFFIC, "entry.id")
    return asset_id


def _bare_entry(body: bytes) -> Entry:
    """The entry that a bare record would have come in. Its asset is the side that a customer's event goes to."""
    body = wire_names(body)
    record: bytes | msgspec.Raw = body
    bare = _BARE.decode(body)
    if bytes(bare.messaging).startswith(b"{"):
        record = bare.messaging
        bare = _BARE.decode(record)
    if bare.field in _FLAT_FIELDS:
        return Entry(id=bare.page_id, changes=[msgspec.Raw(b'{"field":"%s","value":%s}' % (bare.field.encode(), bytes(record)))])
    if bare.sender is None and bare.recipient is None:
        raise Refusal(Reason.UNSUPPORTED_SOURCE, "entry")
    if bare.message is not None and (bare.sender is None or bare.sender.id is None):
        raise Refusal(Reason.MISSING_FIELD, "sender")  # a Send API body names the customer alone
    if bare.sender is not None and bare.recipient is not None and bare.may_be_turned:
        raise Refusal(Reason.MISSING_FIELD, "entry.id")
    asset = bare.sender if bare.message is not None and bare.message.is_echo else bare.recipient
    return Entry(id=asset.id if asset else None, messaging=[msgspec.Raw(bytes(record))])
