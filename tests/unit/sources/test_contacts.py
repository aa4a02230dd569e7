"""A contact and its hash are one person, by Meta's own published examples."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.contacts import contact_identifiers
from pipelines.sources.desk import Shop, ShopSettings
from pipelines.sources.refusal import Refusal

FIELDS = {"em": "email", "EMAIL": "email", "ph": "phone", "PHONE": "phone"}


def shop() -> Shop:
    return Shop(ShopSettings("berlin", "EUR", "Europe/Berlin"), b"k" * 32)


def key(at: Shop, **told: str) -> str:
    [identifier] = contact_identifiers(**told)
    return at.person(identifier.kind, identifier.value)


def test_published_hashes_meet_their_plain_contacts(shared: Path) -> None:
    vectors = json.loads((shared / "golden" / "meta_hash_vectors.json").read_text())["vectors"]
    contacts = [vector for vector in vectors if vector["key"] in FIELDS]
    assert len(contacts) == 4
    for vector in contacts:
        field = FIELDS[vector["key"]]
        country_code = "+1 " if vector.get("country") == "US" else ""  # numbers are told in international form
        plain, hashed = {field: country_code + vector["input"]}, {f"{field}_sha256": vector["sha256"]}
        assert key(shop(), **plain) == key(shop(), **hashed)


@given(email=st.emails(), digits=st.from_regex(r"[1-46-9][0-9]{7,13}", fullmatch=True))  # 5: some are dialled in another way
def test_a_hash_and_its_contact_are_one_person_and_the_contact_alone_is_kept(email: str, digits: str) -> None:
    at = shop()
    normalised = email.strip().lower()
    hashed = sha256(normalised.encode()).hexdigest()
    assert key(at, email=f" {email.upper()} " if email.isascii() else email) == key(at, email_sha256=hashed.upper())
    assert key(at, phone=f"+{digits}") == key(at, phone_sha256=sha256(digits.encode()).hexdigest())
    kept = {contact.kind: contact.value for contact in at.take_contacts()}
    assert kept == {"email": normalised, "phone": digits}


def test_the_hash_of_a_blank_field_is_nobody() -> None:
    nothing = sha256(b"").hexdigest()
    assert contact_identifiers(email_sha256=nothing, phone_sha256=nothing, email="  ", phone="none") == []


@pytest.mark.parametrize("told", ["ada@example.com", "ab" * 31, "g" * 64])
def test_what_is_no_hash_is_refused(told: str) -> None:
    with pytest.raises(Refusal, match="email_sha256: expected 64 hexadecimal digits"):
        contact_identifiers(email_sha256=told)
