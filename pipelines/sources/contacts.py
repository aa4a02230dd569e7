"""Contacts as identifiers of a person, whether a source tells them plain or as Meta's hashes.

A plain e-mail address or phone number and its SHA-256 are one person key (pipelines/sources/desk.py), so that a hashed contact
of one source meets the plain one of another without a link. Normalisation before hashing is Meta's:
https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/customer-information-parameters
"""

from __future__ import annotations

import re

from pipelines.sources.buyers import Identifier, email_identifier, phone_identifier
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal

_SHA256 = re.compile(r"[0-9a-f]{64}")
_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # whoever hashes a blank field: nobody's contact


def contact_identifiers(
    *, email: str | None = None, phone: str | None = None, email_sha256: str | None = None, phone_sha256: str | None = None
) -> list[Identifier]:
    """The identifiers in the contacts told, addresses before numbers; for `buyers.buyer` or `shop.person(kind, value)`.

    Phones are in international form, hashes 64 hexadecimal digits of the normalised contact. What is blank, no phone, or the
    hash of nothing is no identifier. Raises Refusal(wrong_shape) for a hash that is none.
    """
    told = (
        email_identifier(email),
        _hashed("email_sha256", email_sha256, "customer_email"),
        phone_identifier(phone),
        _hashed("phone_sha256", phone_sha256, "customer_phone"),
    )
    return [identifier for identifier in told if identifier]


def _hashed(kind: str, told: str | None, reason: str) -> Identifier | None:
    digest = told.strip().lower() if told else ""
    if not digest or digest == _OF_NOTHING:
        return None
    if not _SHA256.fullmatch(digest):
        raise Refusal(Reason.WRONG_SHAPE, f"{kind}: expected 64 hexadecimal digits")
    return Identifier(kind, digest, reason)
