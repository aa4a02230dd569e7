"""Traps 1 to 7: time."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pipelines.sources import instagram, messenger, whatsapp
from pipelines.sources.quarantine import Reason
from tests.messaging import MESSAGE_ID, PAGE, SENT_MS, chat, echo, event, items, loaded, ms, read, reasons
from tests.messaging import whatsapp as whatsapp_body
from tests.messaging_bodies import RECEIPT
from tests.shopify_deliveries import created, order, rows
from tests.traps.shop import TrapShop

LIKE = 369239263222822
_IMAGE = {"type": "image", "payload": {"url": "https://scontent.example/like.png", "sticker_id": LIKE}}
_STICKER = _IMAGE | {"type": "sticker"}


def test_trap_01_a_like_is_one_confirmation_in_each_sticker_era(trap: Callable[[int], TrapShop]) -> None:
    eras = [[_IMAGE], [_STICKER, _IMAGE], [_STICKER]]  # before June 2026, until August 2026, since
    shop = trap(1)
    offer = echo(mid="m_offer", text="Again?", metadata="REORDER:1017")
    likes = [
        event(timestamp=SENT_MS + 1000 * era, message={"mid": f"m_{era}", "sticker_id": LIKE, "attachments": attachments})
        for era, attachments in enumerate(eras, 1)
    ]
    assert shop.told(items(offer, *likes)) == {"loaded": 4}
    told = [row for row in shop.rows("staging.message") if row["kind"] == "like"]
    assert len(told) == 3
    assert len(shop.rows("staging.reorder")) == 1  # the first one answers the offer


@pytest.mark.parametrize("told", [1701599111, "1701599111", 1701599111.0, 1701599111000, "1701599111000", "2023-12-03T10:25:11+0000"])
def test_trap_02_and_03_seconds_milliseconds_and_text_are_one_instant(told: Any) -> None:
    body = items(event(timestamp=told, referral={"ref": "x", "source": "SHORTLINK"}))
    body["entry"][0]["time"] = 1701599116216
    assert {row.occurred_ms for row in loaded(messenger.SOURCE, body)} == {ms(2023, 12, 3, 10, 25) + 11_000}
    message = chat(type="text", text={"body": "x"}, timestamp=told)
    [row] = loaded(whatsapp.SOURCE, whatsapp_body(messages=[message]))
    assert row.occurred_ms == 1701599111000


@pytest.mark.parametrize("told", [0, 12341, "1111111"])
def test_trap_03_a_toy_time_is_the_entrys_and_text_that_is_no_time_is_refused(told: Any) -> None:
    [row] = loaded(messenger.SOURCE, items(event(timestamp=told, message={"mid": "m"})))
    assert row.occurred_ms == SENT_MS + 400
    assert reasons(read(whatsapp.SOURCE, whatsapp_body(messages=[chat(type="text", timestamp="asdf")]))) == [Reason.INVALID_TIMESTAMP]
    assert reasons(read(whatsapp.SOURCE, whatsapp_body(messages=[chat(type="text", timestamp=told)]))) == [Reason.INVALID_TIMESTAMP]
    [row] = loaded(messenger.SOURCE, items(event(timestamp=None, delivery={"watermark": "1648581633369"})))
    assert row.watermark_ms == 1648581633369


@pytest.mark.parametrize(
    "told",
    [
        {"delivery": {"watermark": SENT_MS - 5}},
        {"account_linking": {"status": "linked", "authorization_code": "x"}},
        {"messaging_feedback": {"feedback_screens": [{"questions": {"q": {"type": "csat", "payload": "5"}}}]}},
    ],
)
def test_trap_04_what_tells_no_time_has_the_entrys(told: dict[str, Any]) -> None:
    [row] = loaded(messenger.SOURCE, items(event(timestamp=None, **told)))
    assert row.occurred_ms == SENT_MS + 400
    [stub] = loaded(messenger.SOURCE, items({"sender": {"id": "7"}, "recipient": {"id": PAGE}}, name="standby"))
    assert stub.occurred_ms == SENT_MS + 400


def test_trap_05_a_retry_half_a_day_later_is_the_same_event_at_its_own_time(trap: Callable[[int], TrapShop]) -> None:
    shop = trap(5)
    body = items(event(timestamp=1518390254321, message={"mid": MESSAGE_ID, "text": "x"}))
    body["entry"][0]["time"] = 1518390254400
    late = json.loads(json.dumps(body))
    late["entry"][0]["time"] = 1518433125681
    assert (shop.told(late), shop.told(body)) == ({"loaded": 1}, {"duplicate": 1})
    [row] = shop.rows("staging.message")
    assert (row["occurred_s"], str(row["occurred_on"])) == (1518390254, "2018-02-12")


def test_trap_06_events_count_by_their_time_whatever_the_arrival(trap: Callable[[int], TrapShop]) -> None:
    """A read whose watermark is before or after the message by some milliseconds, told before it."""
    shop = trap(6)
    answer = echo(mid="m_answer", text="Yes") | {"timestamp": SENT_MS + 60_000}
    question = event(timestamp=SENT_MS, message={"mid": "m_question", "text": "Is it there?"})
    for told in (event(timestamp=SENT_MS + 59_990, read={"watermark": SENT_MS + 60_003}), answer, question):
        shop.told(items(told))
    [conversation] = shop.rows("staging.conversation")
    assert (conversation["in_messages"], conversation["out_messages"]) == (1, 1)
    assert conversation["started_at"] < conversation["ended_at"]


def test_trap_07_one_shop_has_one_zone_whatever_offset_a_source_tells() -> None:
    winter, summer = "2025-03-30T00:30:00+01:00", "2025-03-29T19:30:00-04:00"
    days = {created(rows(order(created_at=each), "orders/create")).occurred_day for each in (winter, summer)}
    assert days == {20_177}  # 2025-03-30 in Berlin
    [row] = loaded(messenger.SOURCE, items(event(timestamp=ms(2025, 3, 29, 23, 30), message={"mid": "m"})))
    assert row.occurred_day == 20_177


def test_trap_02_times_in_other_places_have_other_units() -> None:
    sent, state, *_ = loaded(messenger.SOURCE, items(echo(attachments=[{"type": "template", "payload": RECEIPT}])))
    assert (sent.occurred_ms, state.occurred_ms) == (SENT_MS, 1_428_444_852_000)  # string seconds in the receipt
    comment = {"object": "instagram", "entry": [{"id": "17841400000000001", "time": 1_519_399_307, "changes": [
        {"field": "comments", "value": {"id": "1", "text": "x", "from": {"id": "7"}}}]}]}  # fmt: skip
    [row] = loaded(instagram.SOURCE, comment)
    assert row.occurred_ms == 1_519_399_307_000
    detected = {"id": "wamid.x", "event_name": "LeadSubmitted", "timestamp": 1749069089}
    [row] = loaded(whatsapp.SOURCE, whatsapp_body("automatic_events", automatic_events=[detected]))
    assert row.occurred_ms == 1_749_069_089_000
