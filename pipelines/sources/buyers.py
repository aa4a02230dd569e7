"""Who bought, as a shop system or an order table tells it: one hub and the identifiers that belong to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from pipelines.sources.desk import Shop
from pipelines.sources.references import phone
from pipelines.sources.rows import IdentityLink

_NOTED_KINDS = {"psid": "messenger", "messenger_psid": "messenger", "igsid": "instagram", "instagram_igsid": "instagram", "wa_id": "phone"}


class Identifier(NamedTuple):
    """A way an order names its buyer. `reason` says why it belongs to the ones told before it."""

    kind: str
    value: str
    reason: str = ""


def email_identifier(text: str | None) -> Identifier | None:
    """An e-mail address as it is compared: without white space around it, in lower case."""
    address = text.strip().lower() if text else ""
    return Identifier("email", address, "customer_email") if address else None


def phone_identifier(text: str | None) -> Identifier | None:
    """A phone number as it is compared, the same as that of a WhatsApp thread."""
    digits = phone(text)
    return Identifier("phone", digits, "customer_phone") if digits else None


def noted_identifier(name: str | None, told: Any) -> Identifier | None:
    """The thread that a note on an order names (`psid`, `igsid`, `wa_id`), as shops keep it beside what they sell."""
    kind = _NOTED_KINDS.get(name.strip().lower()) if name else None
    value = str(told).strip()
    return Identifier(kind, value, "note_attribute") if kind and value.isascii() and value.isdigit() else None


def buyer(shop: Shop, source: str, ordered_ms: int, identifiers: Iterable[Identifier | None]) -> tuple[str | None, list[IdentityLink]]:
    """The person key of the first identifier told (None for a guest without any), and a link to it from each other one.

    The links hold since the order was placed.
    """
    told = list(dict.fromkeys(identifier for identifier in identifiers if identifier))
    if not told:
        return None, []
    hub, *others = [shop.person(identifier.kind, identifier.value) for identifier in told]
    if not others:
        return hub, []
    day = shop.day(ordered_ms)
    return hub, [
        IdentityLink(
            shop_id=shop.shop_id,
            source=source,
            occurred_ms=ordered_ms,
            occurred_day=day,
            person_key=other,
            linked_key=hub,
            reason=identifier.reason,
        )
        for identifier, other in zip(told[1:], others, strict=True)
        if other != hub
    ]
