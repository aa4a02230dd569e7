"""Traps 17 to 28: keys, duplicates, ordering."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from pipelines.sources import messenger, whatsapp
from pipelines.sources.quarantine import Reason
from tests.messaging import MESSAGE_ID, NUMBER, PAGE, PHONE, SENT_MS, WAMID, chat, echo, event, items, loaded, new_desk, read, reasons
from tests.messaging import whatsapp as whatsapp_body
from tests.shopify_deliveries import DOMAIN, order
from tests.traps.shop import TrapShop

Trap = Callable[[int], TrapShop]
WITHOUT_ID: tuple[dict[str, Any], ...] = (
    {"postback": {"title": "Start", "payload": "START"}},
    {"delivery": {"watermark": SENT_MS}},
    {"read": {"watermark": SENT_MS}},
    {"referral": {"ref": "x", "source": "SHORTLINK"}},
    {"optin": {"ref": "x"}},
    {"template": {"type": "coupon", "payload": "x", "coupon_code": "x"}},
    {"messaging_feedback": {"feedback_screens": [{"questions": {"q": {"type": "csat", "payload": "5"}}}]}},
)


def keys(*events: dict[str, Any]) -> list[str]:
    return [loaded(messenger.SOURCE, items(each))[0].message_key for each in events]  # type: ignore[attr-defined]


@pytest.mark.parametrize("told", WITHOUT_ID)
def test_trap_17_an_event_without_an_id_is_known_by_what_it_tells(told: dict[str, Any]) -> None:
    first, retried, later, others = keys(
        event(**told), event(**told), event(timestamp=SENT_MS + 1, **told), event(sender={"id": "8"}, **told)
    )
    assert first == retried
    assert len({first, later, others}) == 3


def test_trap_18_message_ids_of_all_times_are_case_sensitive() -> None:
    ids = [
        "mid.1457764197618:41d102a3e1ae206a38",
        "mid.$cAAE1UUyiiwt",
        "mid.$cAAE1UUyiiwT",
        MESSAGE_ID,
        "aWdfZAG1faXRlbToxOk",
        "AWdfZAG1faXRlbToxOk",
    ]
    assert len(set(keys(*(event(message={"mid": each}) for each in ids)))) == len(ids)


def test_trap_19_what_is_told_twice_counts_once(trap: Trap) -> None:
    shop, message = trap(19), event(message={"mid": MESSAGE_ID, "text": "x"})
    batch = items(message, message)
    batch["entry"] *= 2
    assert shop.told(batch, items(message)) == {"loaded": 1, "duplicate": 4}
    twice = whatsapp_body(messages=[chat(type="text", text={"body": "x"})] * 2)
    assert shop.told(twice) == {"loaded": 1, "duplicate": 1}
    assert shop.told(items(event(message={"mid": MESSAGE_ID, "text": "x", "seq": 7}))) == {"duplicate": 1}
    assert len(shop.rows("staging.message")) == 2


def lost_message(**told: Any) -> dict[str, Any]:
    error = {"code": 131060, "title": "This message is currently unavailable."}
    return chat(type="unsupported", unsupported={"type": "unknown"}, errors=[error], **told)


def bought(number: int) -> dict[str, Any]:
    document = order(
        id=number, name=f"#{number}", order_number=number, customer=None, phone=f"+{PHONE}",
        created_at="2023-11-15T12:00:00Z", updated_at="2023-11-15T12:00:00Z",
    )  # fmt: skip
    return {"headers": {"x-shopify-topic": "orders/create", "x-shopify-shop-domain": DOMAIN}, "body": document}


def test_trap_20_a_chat_whose_first_message_is_lost_still_counts(trap: Trap) -> None:
    shop = trap(20)
    later = chat(id="wamid.2", timestamp=str(SENT_MS // 1000 + 60), type="text", text={"body": "Hello?"})
    assert shop.told(whatsapp_body(messages=[lost_message(), later]), bought(20)) == {"loaded": 3}
    [conversation] = shop.rows("staging.conversation")
    assert (conversation["in_messages"], conversation["is_ordered"]) == (2, True)
    assert {row["status"] for row in shop.rows("raw.message_event")} == {"unavailable", None}
    assert {row["channel"] for row in shop.rows("attribution.touch_credit")} == {"unattributed"}  # no click is made up for it


@pytest.mark.parametrize("place", ["with its referral", "without"])
def test_trap_20_an_unsupported_message_may_keep_its_referral(place: str) -> None:
    referral = {"source_type": "ad", "source_id": "77"} if place == "with its referral" else None
    row, *touches = loaded(whatsapp.SOURCE, whatsapp_body(messages=[lost_message(referral=referral)]))
    assert (row.kind, row.status) == ("unsupported", "unavailable")
    assert [touch.ad_id for touch in touches] == (["77"] if referral else [])


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])))
def test_trap_21_statuses_come_in_any_order_and_each_is_kept(order: tuple[str, ...]) -> None:
    """Ranking is the models' work; what counts here is that no status replaces another one and an unknown one is kept."""
    told = [{"id": WAMID, "status": each, "timestamp": "1700000000", "recipient_id": PHONE} for each in (*order, "read", "in_orbit")]
    rows = loaded(whatsapp.SOURCE, whatsapp_body(statuses=told))
    assert [row.status for row in rows] == [*order, "read", "in_orbit"]
    assert len({row.message_key for row in rows}) == 4
    assert {row.refers_to_key for row in rows} == {new_desk().shop("whatsapp", NUMBER).hashed("message", WAMID)}


def test_trap_22_a_watermark_reaches_the_models_with_and_without_message_ids() -> None:
    without, with_ids, seen, instagram_like = (
        loaded(messenger.SOURCE, items(event(**told)))
        for told in (
            {"delivery": {"watermark": SENT_MS}},
            {"delivery": {"mids": ["m_1", "m_2"], "watermark": SENT_MS}},
            {"read": {"watermark": SENT_MS, "seq": 38}},
            {"read": {"mid": "m_1"}},
        )
    )
    [sent] = loaded(messenger.SOURCE, items(echo(mid="m_1", text="x")))
    assert [(row.refers_to_key, row.watermark_ms) for row in without + seen] == [(None, SENT_MS)] * 2
    assert [row.watermark_ms for row in with_ids] == [SENT_MS, SENT_MS]
    assert with_ids[0].refers_to_key == instagram_like[0].refers_to_key == sent.message_key
    assert {row.person_key for row in (*without, *with_ids, *seen, sent)} == {sent.person_key}


def test_trap_23_copies_for_other_apps_are_merged_and_messaging_is_preferred(trap: Trap) -> None:
    shop = trap(23)
    message = {"mid": MESSAGE_ID, "text": "x"}
    copy = event(timestamp=None, message=message)  # standby tells no time
    tap = {"postback": {"title": "Start", "payload": "START"}}
    body = items(event(message=message), event(timestamp=SENT_MS + 1, **tap))
    body["entry"][0]["standby"] = [copy, event(timestamp=SENT_MS + 1, postback={"title": "Start"})]
    assert shop.told(body) == {"loaded": 4}
    told = {row["kind"]: row for row in shop.rows("staging.message")}
    assert len(shop.rows("staging.message")) == len(told) == 2
    assert told["text"]["occurred_s"] == SENT_MS // 1000


def test_trap_24_edits_and_deletions_are_events_of_their_own() -> None:
    message, edit, removal = (
        loaded(messenger.SOURCE, items(event(timestamp=SENT_MS + place, **told)))[0]
        for place, told in enumerate(
            (
                {"message": {"mid": MESSAGE_ID, "text": "abc"}},
                {"message_edit": {"mid": MESSAGE_ID, "text": "abcd", "num_edit": "1"}},
                {"message": {"mid": MESSAGE_ID, "is_deleted": True}},
            )
        )
    )
    assert [row.kind for row in (message, edit, removal)] == ["text", "edit", "delete"]
    assert edit.refers_to_key == removal.refers_to_key == message.message_key
    assert len({row.message_key for row in (message, edit, removal)}) == 3
    revisions = [
        chat(id="wamid.e", type="edit", edit={"original_message_id": WAMID, "message": {"type": "text", "text": {"body": "abcd"}}}),
        chat(id="wamid.r", type="revoke", revoke={"original_message_id": WAMID}),
    ]
    sent, *revised = loaded(whatsapp.SOURCE, whatsapp_body(messages=[chat(type="text", text={"body": "abc"}), *revisions]))
    assert [(row.kind, row.refers_to_key) for row in revised] == [("edit", sent.message_key), ("delete", sent.message_key)]


def test_trap_25_test_traffic_counts_nowhere(trap: Trap) -> None:
    shop, tested = trap(25), {"x-shopify-topic": "orders/create", "x-shopify-shop-domain": DOMAIN}
    button = items(
        event(sender={"id": "12334"}, recipient={"id": "23245"}, timestamp="1527459824", message={"mid": "random_mid"}), asset="0"
    )
    field = {"entry": [{"changes": [{"field": "messages", "value": {"page_id": "1"}}], "id": "0", "time": 1}], "object": "page"}
    numbered = whatsapp_body(messages=[chat(type="text", text={"body": "x"})])
    numbered["entry"][0]["id"] = "0"
    orders = [{"headers": tested, "body": order(test=True)}, {"headers": {**tested, "x-shopify-test": "true"}, "body": order()}]
    assert shop.told(button, numbered, field, *orders) == {"test_traffic": 5}
    assert shop.rows("raw.message_event") == shop.rows("staging.orders") == []


def test_trap_26_a_product_enquiry_answers_no_message() -> None:
    context = {"id": "wamid.HBgLcHJvZHVjdF9pbnF1aXJ5", "from": "15550783881"}
    product = {"referred_product": {"catalog_id": "1", "product_retailer_id": "di9ozbzfi4"}}
    asked, touch = loaded(whatsapp.SOURCE, whatsapp_body(messages=[chat(type="text", text={"body": "x"}, context=context | product)]))
    [answer] = loaded(whatsapp.SOURCE, whatsapp_body(messages=[chat(type="text", text={"body": "x"}, context=context)]))
    assert (asked.kind, asked.refers_to_key, touch.product_id) == ("product_enquiry", None, "di9ozbzfi4")
    assert answer.refers_to_key is not None


def test_trap_27_a_message_without_its_body_or_its_type() -> None:
    errors = [{"code": 130472, "title": "x"}]
    bodiless = whatsapp_body(messages=[chat(type="interactive"), chat(id="wamid.2", text={"body": "x"})], errors=errors)
    assert [row.kind for row in loaded(whatsapp.SOURCE, bodiless)] == ["interactive", "text"]
    assert reasons(read(whatsapp.SOURCE, whatsapp_body(messages=[chat()]))) == [Reason.UNKNOWN_EVENT]


def test_trap_28_what_nobody_knows_is_kept_aside_and_the_rest_is_loaded(trap: Trap) -> None:
    shop, known = trap(28), items(event(message={"mid": "m"}), {"sender": {"id": "7"}, "recipient": {"id": PAGE}, "timestamp": SENT_MS})
    field = items({"field": "hologram", "value": {}}, name="changes")
    unheard = {"object": "user", "entry": [{"id": "1", "time": 1, "changed_fields": ["x"]}]}
    assert shop.told(known, field, unheard) == {"loaded": 1, "unknown_event": 2, "unsupported_source": 1}
