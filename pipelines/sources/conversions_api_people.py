"""Who an event of the Conversions API is about. A hashed contact is the person whom another source tells in plain."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.sources.buyers import Identifier, email_identifier, phone_identifier
from pipelines.sources.conversions_api_format import Told, UserData, texts
from pipelines.sources.references import identifier

_SHA256 = re.compile(r"[0-9a-f]{64}")


def identifiers(user: UserData) -> Iterator[Identifier | None]:
    """The thread first, then contacts, then the shop's own id and the browser."""
    for kind, scoped in (("messenger", user.page_scoped_user_id), ("instagram", user.ig_sid)):
        scoped_id = identifier(scoped)
        if scoped_id is not None:
            yield Identifier(kind, scoped_id, "conversion_event")
    yield from _contacts("email", user.em)
    yield from _contacts("phone", user.ph)
    for text in texts(user.external_id):
        yield Identifier("external_id", text, "conversion_event")
    if user.fbp:
        yield Identifier("fbp", user.fbp, "conversion_event")
    if user.ctwa_clid:
        yield Identifier("ctwa_clid", user.ctwa_clid, "conversion_event")


def _contacts(kind: str, told: Told) -> Iterator[Identifier | None]:
    """Hashed ones as they are; one that a sender forgot to hash as any other source tells it."""
    for text in texts(told):
        folded = text.lower()
        if _SHA256.fullmatch(folded):
            yield Identifier(f"{kind}_sha256", folded, "conversion_event")
        elif kind == "email" and "@" in folded:
            yield email_identifier(text)
        elif kind == "phone":
            yield phone_identifier(text)
