"""WhatsApp: the fixtures' expected results, each kind of record, and that a number stays inside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.quarantine import Reason
from pipelines.sources.rows import ConsentEvent, Touch
from pipelines.sources.whatsapp import SOURCE
from tests.messaging import (
    JSON,
    NUMBER,
    PHONE,
    SECRETS,
    SENT_MS,
    WAMID,
    chat,
    encoded,
    item_count,
    key,
    loaded,
    mutated,
    new_desk,
    read,
    reasons,
    record_count,
    whatsapp,
)
from tests.messaging_bodies import CART, WHATSAPP_BODIES

PLATFORM = "whatsapp_business_account"
LISTS = {
    "messages": ("messages", "statuses", "user_actions"),
    "smb_message_echoes": ("message_echoes",),
    "user_preferences": ("user_preferences",),
    "user_id_update": ("user_id_update",),
    "automatic_events": ("automatic_events",),
    "calls": ("calls", "statuses"),
}


def entry_count(entry: dict[str, Any]) -> int:
    changes = entry.get("changes")
    return sum(map(_change_count, changes)) or 1 if isinstance(changes, list) else 1


def _change_count(change: Any) -> int:
    value, field = (change.get("value"), change.get("field")) if isinstance(change, dict) else (None, None)
    return item_count(value, LISTS.get(field, ())) if isinstance(value, dict) and isinstance(field, str) else 1


NOT_HISTORY = [body for body in WHATSAPP_BODIES if body["entry"][0]["changes"][0]["field"] != "history"]


@given(body=JSON | st.builds(lambda entry: {"object": PLATFORM, "entry": entry}, JSON) | mutated(st.sampled_from(NOT_HISTORY)))
def test_any_json_has_one_outcome_for_each_record(body: Any) -> None:
    assert len(read(SOURCE, body)) == record_count(body, PLATFORM, entry_count)


@given(body=mutated(st.sampled_from(WHATSAPP_BODIES)))
def test_broken_bodies_tell_nothing_personal(body: Any) -> None:
    told = encoded(read(SOURCE, body))
    assert [secret for secret in SECRETS if secret in told] == []


@given(position=st.integers(0, 2), bad=JSON.filter(lambda value: not isinstance(value, dict)))
def test_a_bad_message_leaves_its_neighbours(position: int, bad: Any) -> None:
    messages: list[Any] = [chat(type="text", text={"body": "a"}), chat(type="order", order=CART)]
    whole = read(SOURCE, whatsapp(messages=messages))
    outcomes = read(SOURCE, whatsapp(messages=[*messages[:position], bad, *messages[position:]]))
    assert reasons([outcomes.pop(position)]) == [Reason.WRONG_SHAPE]
    assert outcomes == whole


def test_every_fixture_has_an_outcome_for_each_record(shared: Path) -> None:
    """A status whose time is the word TIMESTAMP is the only one refused."""
    refused = set()
    names = sorted((shared / "fixtures").glob("restfb/whatsapp__webhook-*.json"))
    for path in names:
        outcomes = read(SOURCE, path.read_bytes())
        if "group" not in path.name:
            assert len(outcomes) == record_count(json.loads(path.read_bytes()), PLATFORM, entry_count), path.name
        refused |= {(path.stem, reason) for reason in reasons(outcomes) if reason}
    assert refused == {("whatsapp__webhook-incoming-message-status-ui", Reason.INVALID_TIMESTAMP)}
    assert len(names) > 25


def test_fixture_click_to_whatsapp(shared: Path) -> None:
    event, touch = loaded(SOURCE, (shared / "fixtures/restfb/whatsapp__webhook-incoming-message-ads.json").read_bytes())
    assert isinstance(touch, Touch)
    assert (event.kind, touch.kind, touch.channel, touch.ad_id, touch.click_key) == ("text", "ad_referral", "meta_ads", "ADID", None)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"type": "text", "text": {"body": "x"}}, "text"),
        ({"text": {"body": "x"}}, "text"),  # some bodies leave the type out
        ({"type": "document", "document": {"filename": "x"}}, "file"),
        ({"type": "button", "button": {"text": "No", "payload": "N"}}, "quick_reply"),
        ({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "1"}}}, "quick_reply"),
        ({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": "[1]"}}}, "interactive"),
        ({"type": "interactive"}, "interactive"),
        ({"type": "reaction", "reaction": {"message_id": WAMID, "emoji": "\N{HEAVY BLACK HEART}\ufe0f"}}, "reaction"),
        ({"type": "reaction", "reaction": {"message_id": WAMID, "emoji": ""}}, "unreaction"),
        ({"type": "reaction", "reaction": {"message_id": WAMID}}, "unreaction"),
        ({"type": "edit", "edit": {"original_message_id": "wamid.1", "message": {"text": {"body": "xy"}}}}, "edit"),
        ({"type": "revoke", "revoke": {"original_message_id": "wamid.1"}}, "delete"),
        ({"type": "unsupported", "errors": [{"code": 131060}]}, "unsupported"),
        ({"errors": [{"code": 131051}]}, "unsupported"),
    ],
)
def test_kinds(told: dict[str, Any], kind: str) -> None:
    row, *_ = loaded(SOURCE, whatsapp(messages=[chat(**told)]))
    assert (row.kind, row.direction, row.person_key, row.occurred_ms) == (kind, "in", key("phone", PHONE), SENT_MS)
    assert row.message_key == new_desk().shop("whatsapp", NUMBER).hashed("message", WAMID)


def status(**told: Any) -> dict[str, Any]:
    return {"id": WAMID, "status": "sent", "timestamp": str(SENT_MS // 1000), "recipient_id": PHONE} | told


@pytest.mark.parametrize(
    ("payload", "told"), [("order:1017:delivery", ("no:1017", "delivery")), ("campaign 7", (None, None)), (7, (None, None))]
)
def test_a_status_brings_back_which_order_its_message_told_of(payload: Any, told: tuple[str | None, str | None]) -> None:
    [row] = loaded(SOURCE, whatsapp(statuses=[status(biz_opaque_callback_data=payload)]))
    assert (row.order_ref, row.order_stage) == told


@given(order=st.permutations(["delivered", "sent", "read", "read", "played", "in_orbit"]))
def test_a_status_is_one_event_however_often_and_in_whatever_order_it_is_told(order: list[str]) -> None:
    told = loaded(SOURCE, whatsapp(statuses=[status(status=each) for each in order]))
    assert {row.status for row in told} == set(order)
    assert len({row.message_key for row in told}) == 5
    assert {(row.kind, row.direction, row.person_key) for row in told} == {("status", "none", key("phone", PHONE))}
    assert len({row.refers_to_key for row in told}) == 1


@pytest.mark.parametrize(
    ("referral", "kind", "ad_id", "ref"),
    [
        ({"source_type": "ad", "source_id": "120226305854810726"}, "ad_referral", "120226305854810726", None),
        ({"source_type": "ad", "source_id": "0"}, "ad_referral", None, None),
        ({"source_type": "post", "source_id": "77"}, "organic_post", None, "77"),
        ({"source_type": "new"}, "link_referral", None, None),
    ],
)
def test_clicks_that_open_a_chat(referral: dict[str, Any], kind: str, ad_id: str | None, ref: str | None) -> None:
    _, touch, link = loaded(SOURCE, whatsapp(messages=[chat(type="text", text={"body": "x"}, referral=referral | {"ctwa_clid": "c"})]))
    assert (touch.kind, touch.ad_id, touch.ref) == (kind, ad_id, ref)
    assert touch.click_key not in (None, "c")
    assert (link.person_key, link.linked_key, link.reason) == (key("ctwa_clid", "c"), key("phone", PHONE), "ctwa_clid")


def test_a_product_enquiry_refers_to_a_product_and_to_no_message() -> None:
    context = {"from": "15550783881", "id": "wamid.inquiry", "referred_product": {"catalog_id": "1", "product_retailer_id": "di9ozbzfi4"}}
    event, touch = loaded(SOURCE, whatsapp(messages=[chat(type="text", text={"body": "x"}, context=context)]))
    assert (event.kind, event.product_id, event.refers_to_key) == ("product_enquiry", "di9ozbzfi4", None)
    assert (touch.kind, touch.product_id) == ("product_enquiry", "di9ozbzfi4")


@pytest.mark.parametrize(("value", "states"), [("stop", ["withdrawn"]), ("resume", ["granted"]), ("pause", [])])
@pytest.mark.parametrize("timestamp", [SENT_MS // 1000, str(SENT_MS // 1000)])
def test_preferences_are_consent(value: str, states: list[str], timestamp: Any) -> None:
    told = {"wa_id": PHONE, "category": "marketing_messages", "value": value, "timestamp": timestamp}
    event, *consent = loaded(SOURCE, whatsapp("user_preferences", user_preferences=[told]))
    assert (event.kind, event.status) == ("preference", value)
    assert [row.state for row in consent if isinstance(row, ConsentEvent)] == states


def test_a_click_in_a_marketing_message_is_nobodys_touch() -> None:
    click = {"click_component": "cta", "product_id": "sku", "click_id": "c-1", "tracking_token": "t"}
    told = {"action_type": "marketing_messages_link_click", "timestamp": "1700000000", "marketing_messages_link_click_data": click}
    _, touch = loaded(SOURCE, whatsapp(user_actions=[told]))
    assert (touch.kind, touch.person_key, touch.product_id) == ("sponsored_message", None, "sku")


def test_changes_that_hold_no_list() -> None:
    assert reasons(read(SOURCE, whatsapp("unheard_of"))) == [Reason.UNKNOWN_EVENT]
    assert (
        reasons(read(SOURCE, whatsapp("messages"))) == reasons(read(SOURCE, whatsapp("messages", messages=[]))) == [Reason.EMPTY_DELIVERY]
    )
    assert reasons(read(SOURCE, whatsapp(messages=[chat(type="hologram")]))) == [Reason.UNKNOWN_EVENT]
    unnamed = whatsapp(messages=[chat(type="text"), chat(type="text")], metadata=None)
    assert reasons(read(SOURCE, unnamed)) == [Reason.MISSING_FIELD] * 2
    body = whatsapp(messages=[chat(type="text"), chat(type="text")])
    body["entry"][0]["id"] = "0"
    assert reasons(read(SOURCE, body)) == [Reason.TEST_TRAFFIC] * 2
