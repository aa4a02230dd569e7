"""Who a WhatsApp customer is: a phone number, or since 2026 a business-scoped user id (BSUID), or both.

The phone is the hub, because shop systems know it too; a BSUID told beside a phone is linked to it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec

from pipelines.sources.inbox import Inbox
from pipelines.sources.references import identifier, phone
from pipelines.sources.refusal import attempt
from pipelines.sources.rows import Row
from pipelines.sources.whatsapp_format import CONTACTS, Contact

_BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")


class Customer(msgspec.Struct, frozen=True, gc=False):
    """The key a customer is known by, and the key of the BSUID told beside a phone."""

    person_key: str | None
    bsuid_key: str | None = None

    def links(self, inbox: Inbox, occurred_ms: int) -> list[Row]:
        if self.person_key is None or self.bsuid_key is None:
            return []
        return [inbox.link(occurred_ms, self.bsuid_key, self.person_key, "same_sender")]


class Sides(NamedTuple):
    """Which way the messages of a list go, and who the customer is where a message names nobody itself."""

    is_outgoing: bool = False
    thread_id: int | str | None = None  # of a thread of the history: its customer
    contacts: msgspec.Raw | list[Contact] | None = None  # as they lie in a body that is read in pieces, or decoded with it

    def customer(self, inbox: Inbox) -> Customer:
        """The customer told beside a message. Several contacts, or some that cannot be read, name nobody."""
        contacts = attempt(CONTACTS.decode, self.contacts) if isinstance(self.contacts, msgspec.Raw) else self.contacts
        if isinstance(contacts, list) and len(contacts) == 1:
            return customer(inbox, self.thread_id, contacts[0].wa_id, contacts[0].user_id)
        return customer(inbox, self.thread_id)


def bsuid(told: int | str | None) -> str | None:
    """A business-scoped user id such as `US.13491208655302741918`; None for anything else."""
    text = identifier(told)
    return text if text is not None and _BSUID.fullmatch(text) else None


def clicker(inbox: Inbox, click_id: int | str | None) -> Customer:
    """Whoever clicked on an ad, by the id of the click: the first message of the chat links it to the customer."""
    text = identifier(click_id)
    return Customer(None if text is None else inbox.shop.person("ctwa_clid", text))


def bsuids_in(text: str | None) -> list[str]:
    """The BSUIDs that a system message names, in its order."""
    return _BSUID.findall(text or "")


@lru_cache(1 << 16)
def _ids(*told: int | str | None) -> tuple[str | None, str | None]:
    """The first phone number and the first BSUID among the ids told."""
    known = [told_id for told_id in told if told_id is not None]
    return next(filter(None, map(phone, known)), None), next(filter(None, map(bsuid, known)), None)


def customer(inbox: Inbox, *told: int | str | None) -> Customer:
    """The customer behind the ids told, whichever field they stand in."""
    number, scoped = _ids(*told)
    scoped_key = inbox.shop.person("whatsapp", scoped) if scoped else None
    if number is None:
        return Customer(scoped_key)
    return Customer(inbox.shop.person("phone", number), scoped_key)
