"""Who a WhatsApp customer is: phone numbers, business-scoped user ids, and what links them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.references import phone
from pipelines.sources.rows import IdentityLink
from pipelines.sources.whatsapp import SOURCE
from pipelines.sources.whatsapp_people import bsuid
from tests.messaging import BSUID, NUMBER, PHONE, chat, key, loaded, new_desk, whatsapp


def test_fixture_user_id_update(shared: Path) -> None:
    event, update, phone_link = loaded(SOURCE, (shared / "fixtures/restfb/whatsapp__webhook-userIdUpdate.json").read_bytes())
    previous, current = "US.10101010101010101010", "US.13491208655302741918"
    person = new_desk().shop("whatsapp", event.asset_id).person
    assert isinstance(update, IdentityLink)
    assert (update.person_key, update.linked_key, update.reason) == (
        person("whatsapp", previous),
        person("whatsapp", current),
        "user_id_update",
    )
    assert (phone_link.person_key, phone_link.linked_key) == (update.linked_key, person("phone", "16505551234"))


def test_fixture_user_ids_in_a_system_message(shared: Path) -> None:
    _, link = loaded(SOURCE, (shared / "fixtures/restfb/whatsapp__webhook-incoming-message-system-bsuid.json").read_bytes())
    person = new_desk().shop("whatsapp", NUMBER).person
    assert link.person_key == person("whatsapp", "US.10101010101010101010")
    assert link.linked_key == person("whatsapp", "US.13491208655302741918")


@pytest.mark.parametrize("ids", [{"from_user_id": BSUID, "from": None}, {"from": BSUID}])
def test_a_user_id_is_the_person_where_no_phone_is_told(ids: dict[str, Any]) -> None:
    [row] = loaded(SOURCE, whatsapp(messages=[chat(type="text", text={"body": "x"}) | ids]))
    assert row.person_key == key("whatsapp", BSUID)


def test_a_user_id_beside_a_phone_is_linked_to_it() -> None:
    row, link = loaded(SOURCE, whatsapp(messages=[chat(type="text", text={"body": "x"}, from_user_id=BSUID)]))
    assert isinstance(link, IdentityLink)
    assert (link.person_key, link.linked_key) == (key("whatsapp", BSUID), row.person_key) == (link.person_key, key("phone", PHONE))


@pytest.mark.parametrize("field", ["wa_id", "new_wa_id"])
def test_a_changed_number_is_the_same_person(field: str) -> None:
    _, link = loaded(SOURCE, whatsapp(messages=[chat(type="system", system={"type": "user_changed_number", field: "+49 151 000001"})]))
    assert (link.person_key, link.linked_key, link.reason) == (key("phone", PHONE), key("phone", "49151000001"), "number_change")


@given(digits=st.from_regex(r"[1-9][0-9]{7,13}", fullmatch=True), separator=st.sampled_from(["", " ", "-", ".", "/"]))
def test_one_phone_however_it_is_written(digits: str, separator: str) -> None:
    shown = separator.join([digits[:2], digits[2:5], digits[5:]])
    assert {phone(each) for each in (digits, int(digits), f"+{shown}", f"00{shown}", f"({shown})")} == {digits}


@pytest.mark.parametrize("told", [None, "", "PHONE_NUMBER", "REDACTED", "foo_bar", "120363418770915618@g.us", BSUID, "12", "1" * 16])
def test_what_is_no_phone_is_none(told: Any) -> None:
    assert phone(told) is None
    assert (bsuid(told) is None) == (told != BSUID)


def test_echoes_and_history_know_which_side_the_customer_is() -> None:
    from_shop = chat(**{"from": "15550783881", "to": PHONE}, type="text", text={"body": "x"})
    [echo] = loaded(SOURCE, whatsapp("smb_message_echoes", message_echoes=[from_shop]))
    threads = [{"id": PHONE, "messages": [from_shop, chat(type="text", text={"body": "y"}, history_context={"status": "READ"})]}]
    sent, received = loaded(SOURCE, whatsapp("history", history=[{"metadata": {"phase": 0}, "threads": threads}]))
    assert {row.person_key for row in (echo, sent, received)} == {key("phone", PHONE)}
    assert [row.direction for row in (echo, sent, received)] == ["out", "out", "in"]
    assert received.status == "read"
