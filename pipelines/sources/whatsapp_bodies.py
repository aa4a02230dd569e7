"""A WhatsApp body of messages and statuses as one type, so that it is decoded at once."""

from __future__ import annotations

from typing import Any

import msgspec

from pipelines.sources.meta_envelope import Id
from pipelines.sources.money import exact_number
from pipelines.sources.whatsapp_format import Contact, Message, Metadata
from pipelines.sources.whatsapp_status_format import Status


class WholeValue(msgspec.Struct, gc=False):
    metadata: Metadata | None = None
    contacts: list[Contact] | None = None
    messages: list[Message] | None = None
    statuses: list[Status] | None = None
    user_actions: Any = None


class WholeChange(msgspec.Struct, gc=False):
    field: str | None = None
    value: WholeValue | None = None


class WholeEntry(msgspec.Struct, gc=False):
    id: Id = None
    time: int | str | None = None
    changes: list[WholeChange] | None = None


class WholeBody(msgspec.Struct, gc=False):
    """A body of messages and statuses, decoded at once."""

    object: str | None = None
    entry: list[WholeEntry] | None = None


WHOLE_BODY = msgspec.json.Decoder(WholeBody, float_hook=exact_number)
