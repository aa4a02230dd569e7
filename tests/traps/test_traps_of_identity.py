"""Traps 8 to 16: who it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pipelines.sources import instagram, messenger, meta_insights, whatsapp
from pipelines.sources.contract import Loaded, Quarantined
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import phone
from pipelines.sources.rows import IdentityLink
from tests.messaging import (
    ACCOUNT,
    BSUID,
    NUMBER,
    PAGE,
    PHONE,
    PSID,
    SENT_MS,
    chat,
    echo,
    event,
    items,
    key,
    loaded,
    new_desk,
    read,
    reasons,
)  # fmt: skip
from tests.messaging import whatsapp as whatsapp_body
from tests.shopify_deliveries import order, rows
from tests.traps.shop import TrapShop

AD = 23846784938030398  # as a float it is 23846784938030400


def text(**told: Any) -> dict[str, Any]:
    return chat(type="text", text={"body": "x"}) | told


@pytest.mark.parametrize("told", [AD, str(AD)])
def test_trap_08_an_id_is_text_and_never_was_a_float(told: Any) -> None:
    _, touch = loaded(messenger.SOURCE, items(event(referral={"source": "ADS", "ad_id": told})))
    assert touch.ad_id == "23846784938030398"
    numbers = items(event(sender={"id": int(PSID)}, recipient={"id": 1001}, message={"mid": "m"}), asset=1001)  # type: ignore[arg-type]
    assert loaded(messenger.SOURCE, numbers) == loaded(messenger.SOURCE, items(event(message={"mid": "m"})))
    table_row = {"ad_id": float(AD), "account_id": "1", "date": "2025-03-14", "spend": "1", "account_currency": "EUR"}
    outcome = meta_insights.TABLE.normalise_row(table_row, new_desk())
    assert isinstance(outcome, Quarantined)  # a double has lost digits: refused, not joined to another ad
    outcome = meta_insights.TABLE.normalise_row(table_row | {"ad_id": told}, new_desk())
    assert isinstance(outcome, Loaded)
    assert outcome.rows[0].ad_id == "23846784938030398"  # type: ignore[attr-defined]


def test_trap_09_equal_digits_are_other_persons_in_another_shop_and_on_another_platform() -> None:
    [here] = loaded(messenger.SOURCE, items(event(message={"mid": "m"})))
    [there] = loaded(messenger.SOURCE, items(event(recipient={"id": "1002"}, message={"mid": "m"}), asset="1002"))
    [elsewhere] = loaded(
        instagram.SOURCE, items(event(recipient={"id": ACCOUNT}, message={"mid": "m"}), platform="instagram", asset=ACCOUNT)
    )
    assert here.shop_id == elsewhere.shop_id != there.shop_id
    assert len({here.person_key, there.person_key, elsewhere.person_key}) == 3


def test_trap_10_a_user_ref_is_linked_to_the_id_that_comes_later() -> None:
    optin = {"recipient": {"id": PAGE}, "timestamp": SENT_MS, "optin": {"ref": "order_1017", "user_ref": "u-1"}}
    first, consent = loaded(messenger.SOURCE, items(optin))
    plugin, *_ = loaded(messenger.SOURCE, items(event(sender={"user_ref": "u-1"}, message={"mid": "m"})))
    assert first.person_key == consent.person_key == plugin.person_key == key("user_ref", "u-1")
    both, link = loaded(messenger.SOURCE, items(event(sender={"id": PSID, "user_ref": "u-1"}, message={"mid": "m"})))
    assert (link.person_key, link.linked_key) == (first.person_key, both.person_key) == (first.person_key, key("messenger", PSID))
    prior = event(message={"mid": "m"}, prior_message={"source": "checkbox_plugin", "identifier": "u-1"})
    _, link = loaded(messenger.SOURCE, items(prior))
    assert (link.person_key, link.linked_key) == (first.person_key, key("messenger", PSID))


@pytest.mark.parametrize("sender", [None, {"id": None}, {}])
def test_trap_11_an_event_without_a_sender_is_nobodys(sender: Any) -> None:
    for told in ({"policy-enforcement": {"action": "block"}}, {"app_roles": {"123": ["primary_receiver"]}}, {"message": {"mid": "m"}}):
        [row] = loaded(messenger.SOURCE, items(event(sender=sender, **told)))
        assert row.person_key is None
    without = event(app_roles={"123": ["primary_receiver"]})
    del without["sender"]
    assert len(loaded(messenger.SOURCE, items(without))) == 1


def test_trap_12_a_direction_is_told_by_the_entry_and_is_echo_never_by_the_place() -> None:
    turned = echo(text="x")
    unturned = turned | {"sender": turned["recipient"], "recipient": turned["sender"]}  # as archives before 2020 tell it
    assert loaded(messenger.SOURCE, items(turned)) == loaded(messenger.SOURCE, items(unturned))
    [row] = loaded(messenger.SOURCE, items(turned))
    assert (row.direction, row.person_key) == ("out", key("messenger", PSID))
    watermark = {"read": {"watermark": SENT_MS}}
    reads = [event(**watermark), event(sender={"id": PAGE}, recipient={"id": PSID}, **watermark)]
    assert len({json.dumps([str(row) for row in loaded(messenger.SOURCE, items(each))]) for each in reads}) == 1
    for bare in (*reads, event(delivery={"watermark": SENT_MS}), event(pass_thread_control={"new_owner_app_id": "1"})):
        assert read(messenger.SOURCE, bare) == [Quarantined(Reason.MISSING_FIELD, "entry.id")]  # which side is the page?


def test_trap_13_a_batch_of_pages_belongs_to_its_entries_and_a_stranger_is_refused() -> None:
    told = event(recipient={"id": "1002"}, message={"mid": "m"})
    assert reasons(read(messenger.SOURCE, items(told))) == [Reason.ASSET_MISMATCH]
    batch = items(told)
    batch["entry"] += items(event(recipient={"id": "1002"}, message={"mid": "m2"}), asset="1002")["entry"]
    assert [row.asset_id for row in loaded(messenger.SOURCE, batch)] == [PAGE, "1002"]


@pytest.mark.parametrize(
    ("told", "person", "linked"),
    [
        ({"from": None, "from_user_id": BSUID}, ("whatsapp", BSUID), None),
        ({"from": BSUID}, ("whatsapp", BSUID), None),
        ({"from_user_id": BSUID}, ("phone", PHONE), ("whatsapp", BSUID)),
        ({"from_user_id": "foo_bar"}, ("phone", PHONE), None),
    ],
)
def test_trap_14_a_bsuid_a_phone_or_both(told: dict[str, Any], person: tuple[str, str], linked: tuple[str, str] | None) -> None:
    contacts = [{"profile": {"name": "x"}, "wa_id": "222222222222"}]  # another number than the sender's
    row, *links = loaded(whatsapp.SOURCE, whatsapp_body(messages=[text(**told)], contacts=contacts))
    assert row.person_key == key(*person)
    assert [(link.person_key, link.linked_key) for link in links] == ([(key(*linked), key(*person))] if linked else [])


@pytest.mark.parametrize(
    "system", [{"wa_id": "4915199999999"}, {"new_wa_id": "4915199999999"}, {"wa_id": PHONE, "new_wa_id": "4915199999999"}]
)
def test_trap_14_a_changed_number_links_and_overwrites_nothing(system: dict[str, Any]) -> None:
    body = whatsapp_body(messages=[chat(type="system", system={"type": "user_changed_number", **system})])
    row, link = loaded(whatsapp.SOURCE, body)
    assert isinstance(link, IdentityLink)
    assert (row.person_key, link.person_key, link.linked_key) == (key("phone", PHONE),) * 2 + (key("phone", "4915199999999"),)
    update = {"wa_id": PHONE, "user_id": {"previous": BSUID, "current": "US.2"}, "timestamp": "1700000000"}
    _, merged, known = loaded(whatsapp.SOURCE, whatsapp_body("user_id_update", user_id_update=[update]))
    assert (merged.person_key, merged.linked_key) == (key("whatsapp", BSUID), key("whatsapp", "US.2"))
    assert (known.person_key, known.linked_key) == (key("whatsapp", "US.2"), key("phone", PHONE))


@pytest.mark.parametrize(
    ("told", "dialled"),
    [
        ("551187654321", "5511987654321"),
        ("+55 11 98765-4321", "5511987654321"),
        ("551132654321", "551132654321"),  # a landline has no 9
        ("5215512345678", "525512345678"),
        ("+52 55 1234 5678", "525512345678"),
        ("541123456789", "5491123456789"),
        ("+54 9 11 2345-6789", "5491123456789"),
        ("4915123456789", "4915123456789"),
    ],
)
def test_trap_16_a_number_is_one_as_whatsapp_and_as_a_shop_tells_it(told: str, dialled: str) -> None:
    assert phone(told) == phone(dialled) == dialled
    [message] = loaded(whatsapp.SOURCE, whatsapp_body(messages=[text(**{"from": told})]))
    told_by_shop = rows(order(customer=None, email=None, phone=dialled), "orders/create")
    assert told_by_shop[0].person_key is not None
    assert message.person_key == new_desk().shop("whatsapp", NUMBER).person("phone", dialled)


def test_trap_16_an_order_by_the_dialled_number_is_the_chats(trap: Callable[[int], TrapShop]) -> None:
    """Two sources, two spellings of one Brazilian number: the ad of the chat is credited with the order."""
    shop = trap(16)
    referral = {"source_type": "ad", "source_id": "77", "ctwa_clid": "c"}
    shop.told(whatsapp_body(messages=[text(**{"from": "551187654321"}, referral=referral)]))
    bought = order(created_at="2023-11-15T12:00:00Z", updated_at="2023-11-15T12:00:00Z", customer=None, phone="+55 11 98765-4321")
    shop.told({"headers": {"x-shopify-topic": "orders/create", "x-shopify-shop-domain": "berlin-blumen.myshopify.com"}, "body": bought})
    [touched] = [row for row in shop.rows("attribution.path_touch") if row["attribution_window"] == "7d_click"]
    assert touched["ad_id"] == "77"
