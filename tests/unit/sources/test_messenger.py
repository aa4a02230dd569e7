"""Messenger: the fixtures' expected results, and each kind of event."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.sources.contract import Loaded, Outcome
from pipelines.sources.messenger import SOURCE
from pipelines.sources.rows import MessageEvent
from tests.messaging import MESSAGE_ID, PAGE, PSID, SENT_MS, change, echo, event, items, key, loaded, new_desk, read
from tests.messaging_bodies import RECEIPT

Fixture = Callable[[str], list[Outcome]]


@pytest.fixture
def fixture(shared: Path) -> Fixture:
    return lambda name: list(read(SOURCE, (shared / "fixtures" / name).read_bytes(), desk=new_desk()))


def rows(outcome: Outcome) -> tuple[Any, ...]:
    assert isinstance(outcome, Loaded)
    return outcome.rows


def test_fixture_sticker_thumbup(fixture: Fixture) -> None:
    [[like]] = map(rows, fixture("restfb/webhooks__messaging-message-sticker-thumbup.json"))
    assert (like.kind, like.occurred_ms, like.text_length, like.direction) == ("like", 1487254148673, None, "in")


@pytest.mark.parametrize("size", ["like", "largeLike", "hugeLike"])
def test_fixture_like_without_envelope(fixture: Fixture, size: str) -> None:
    [[like]] = map(rows, fixture(f"bottender/{size}StickerMessage.json"))
    assert (like.kind, like.asset_id) == ("like", "404217156637689")


def test_fixture_echo(fixture: Fixture) -> None:
    [[sent]] = map(rows, fixture("bottender/connector__echoRequest.json"))
    page = "1134713619900975"
    assert (sent.direction, sent.asset_id, sent.person_key) == ("out", page, key("messenger", "1244813222196986", page))


def test_fixture_batch_of_two_pages(fixture: Fixture) -> None:
    """The second event names the first page as its recipient; it belongs to the page whose entry brought it."""
    events = [row for outcome in fixture("bottender/connector__batchRequest.json") for row in rows(outcome)]
    pages = ["1895382890692545", "189538289069256"]
    assert [event.asset_id for event in events] == pages
    assert [event.person_key for event in events] == [key("messenger", "1412611362105802", page) for page in pages]


def test_fixture_standby_beside_messaging(fixture: Fixture) -> None:
    """The message tells neither its sides ("0") nor its time (2222222); it and the stubs take the entry's time."""
    told = [row for outcome in fixture("botbuilder-dotnet/PayloadWithStandby.json") for row in rows(outcome)]
    assert [(row.kind, row.is_standby, row.occurred_ms) for row in told] == [
        ("text", False, 1458692752478),
        ("standby", True, 1458692752478),
        ("standby", True, 1458692752478),
    ]


def test_fixture_postback_of_a_guest(fixture: Fixture) -> None:
    [[postback, touch]] = map(rows, fixture("restfb/webhooks__messaging-postback-chat.json"))
    assert postback.person_key == key("user_ref", "987654321432", "12345654332")
    assert (touch.kind, touch.ref, touch.ad_id) == ("link_referral", None, None)


def test_fixture_prior_message(fixture: Fixture) -> None:
    [[message, link]] = map(rows, fixture("restfb/webhooks__messaging-message-prior.json"))
    page = "12345654332"
    assert (link.person_key, link.linked_key) == (key("user_ref", "<USER_REF>", page), key("messenger", "987654321432", page))
    assert (link.reason, message.person_key) == ("prior_message", link.linked_key)


def test_fixture_product_share(fixture: Fixture) -> None:
    [[message, touch]] = map(rows, fixture("restfb/webhooks__messaging-message-product-template-2.json"))
    assert (message.kind, message.product_id) == ("product_share", "123456")
    assert (touch.kind, touch.channel, touch.product_id) == ("product_share", "product", "123456")


def test_fixture_payments_beta(fixture: Fixture) -> None:
    """29.62 USD, told as a string and as a number; the one in an envelope writes PAGE_ID for its page."""
    for name in ("bottender/payment.json", "restfb/webhooks__messaging-payment.json"):
        [[payment, paid, *links]] = map(rows, fixture(name))
        assert (payment.kind, payment.occurred_ms, payment.order_ref) == ("payment", 1473208792799, paid.order_ref)
        assert (paid.state, paid.gross_minor, paid.currency) == ("paid", 2962, "USD")
        assert [(link.reason, link.linked_key) for link in links] == [
            ("customer_email", paid.person_key),
            ("customer_phone", paid.person_key),
        ]
    [[checkout, cart]] = map(rows, fixture("bottender/preCheckout.json"))
    assert (checkout.kind, cart.state, cart.gross_minor, cart.person_key) == ("cart", "cart", 270, checkout.person_key)
    [[update]] = map(rows, fixture("bottender/checkoutUpdate.json"))
    assert update.kind == "other"


def test_fixture_leadgen(fixture: Fixture) -> None:
    [[lead]] = map(rows, fixture("restfb/webhooks__leadgen.json"))  # ad_id 0 is no ad, so there is no touch
    assert (lead.kind, lead.occurred_ms) == ("lead", 1485964825000)


def test_every_fixture_of_threads_has_an_outcome_for_each_record(shared: Path) -> None:
    seen = 0
    for path in sorted((shared / "fixtures").glob("*/*.json")):
        body = json.loads(path.read_bytes())
        if SOURCE.recognises(body, {}):
            told = body.get("entry") if isinstance(body.get("entry"), list) else [{"messaging": [body]}]
            expected = sum(len(entry.get(name, [])) for entry in told for name in ("messaging", "standby", "changes"))
            assert len(read(SOURCE, body)) == expected, path.name
            seen += expected
    assert seen > 100


@pytest.mark.parametrize(
    ("told", "kind", "direction"),
    [
        (event(message={"mid": "m", "text": "hi"}), "text", "in"),
        (event(message={"mid": "m", "text": "Red", "quick_reply": {"payload": "RED"}}), "quick_reply", "in"),
        (event(message={"mid": "m", "text": "\N{THUMBS UP SIGN}"}), "text", "in"),
        (event(message={"mid": "m", "is_deleted": True}), "delete", "in"),
        (event(message={"mid": "m", "is_unsupported": "true"}), "unsupported", "in"),
        (event(message={"mid": "m", "attachments": [{"type": "fallback", "payload": None, "URL": "x"}]}), "share", "in"),
        (event(message={"mid": "m", "attachments": [{"type": "ig_reel", "payload": {"reel_video_id": 7}}]}), "reel", "in"),
        (event(message={"mid": "m", "attachments": [{"type": "hologram"}]}), "other", "in"),
        (event(message={"mid": "m", "attachments": [{"type": "template", "payload": RECEIPT}]}), "template", "in"),
        (event(message={"mid": "m", "text": "x", "is_echo": True}), "text", "out"),  # as archives before 2019 tell it
        (event(sender={"id": PAGE}, recipient={"id": PSID}, message={"mid": "m", "text": "x"}), "text", "out"),
        (
            event(sender={"id": PAGE}, recipient={"id": PSID}, reaction={"mid": "m", "action": "react", "reaction": "love"}),
            "reaction",
            "out",
        ),
        (event(reaction={"mid": "m", "action": "unreact"}), "unreaction", "in"),
        (event(read={"watermark": str(SENT_MS)}), "read", "none"),
        (event(app_roles={"123": ["automation"]}), "handover", "none"),
        (event(sender=None, **{"policy-enforcement": {"action": "block"}}), "policy", "none"),
        (event(response_feedback={"feedback": "Good response", "mid": "m"}), "feedback", "in"),
        (event(template={"type": "coupon", "payload": "x", "coupon_code": "SAVE"}), "coupon", "in"),
        (event(messaging_in_thread_lead_form_submit={"form_id": 1}), "lead", "in"),
        (event(checkout_update={"shipping_address": {"id": 10105655000959552}}), "other", "none"),
    ],
)
def test_kinds_and_directions(told: dict[str, Any], kind: str, direction: str) -> None:
    row = loaded(SOURCE, items(told))[0]
    assert isinstance(row, MessageEvent)
    assert (row.kind, row.direction) == (kind, direction)
    assert row.person_key == (None if told["sender"] is None else key("messenger", PSID))


@pytest.mark.parametrize("place", ["message", "payload", "both", "sticker type"])
def test_a_like_is_found_wherever_its_sticker_id_stands(place: str) -> None:
    sticker = {"type": "sticker" if place == "sticker type" else "image", "payload": {"sticker_id": "369239383222810"}}
    told = {"message": {"sticker_id": 369239343222814}, "payload": {"attachments": [sticker]}}.get(
        place, {"sticker_id": 369239343222814, "attachments": [sticker, sticker | {"type": "image"}]}
    )
    [row] = loaded(SOURCE, items(event(message={"mid": "m"} | told)))
    assert row.kind == "like"


@pytest.mark.parametrize(
    "offer",
    [
        {"text": "Again?", "metadata": "REORDER:#1017"},
        {"text": "Again?", "quick_replies": [{"payload": "NO"}, {"payload": "REORDER: 1017"}]},
        {"attachments": [{"type": "template", "payload": {"template_type": "button", "buttons": [{"payload": "REORDER:1017"}]}}]},
        {"metadata": "REORDER:1017", "attachments": [{"type": "template", "payload": {"product": {"elements": [{"id": "1"}]}}}]},
        {"attachments": [{"type": "template", "payload": {"elements": [{"buttons": [{"type": "postback", "payload": "REORDER:1017"}]}]}}]},
    ],
)
def test_only_the_business_offers_a_reorder(offer: dict[str, Any]) -> None:
    [sent] = loaded(SOURCE, items(echo(**offer)))
    received, *_ = loaded(SOURCE, items(event(message={"mid": "m"} | offer)))
    assert (sent.offers_reorder, sent.order_ref) == (True, "no:1017")
    assert (received.offers_reorder, received.order_ref) == (False, None)


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        ("order:#1017:shipping", ("no:1017", "shipping")),
        ("order:1017", ("no:1017", None)),
        ("order:1017:lost", (None, None)),
        ("order:", (None, None)),
        ({"order": 1017}, (None, None)),
    ],
)
def test_only_the_business_tells_how_an_order_goes(metadata: Any, told: tuple[str | None, str | None]) -> None:
    [row] = loaded(SOURCE, items(echo(text="On its way", metadata=metadata)))
    assert (row.order_ref, row.order_stage, row.offers_reorder) == (*told, False)
    [row] = loaded(SOURCE, items(event(message={"mid": "m", "text": "Hi", "metadata": metadata})))
    assert (row.order_ref, row.order_stage) == (None, None)


def test_a_delivery_names_each_message_and_its_watermark() -> None:
    told = loaded(SOURCE, items(event(timestamp=None, delivery={"mids": ["m_1", "m_2", "m_1"], "watermark": 1458668856253})))
    assert [row.watermark_ms for row in told] == [1458668856253] * 2
    assert len({row.refers_to_key for row in told} | {row.message_key for row in told}) == 4


def test_a_survey_has_a_row_for_each_question() -> None:
    question = {"type": "csat", "payload": "5", "follow_up": {"type": "free_form", "payload": "fine"}}
    screens = [{"screen_id": 0, "questions": {"a1": question, "a2": question | {"type": "nps", "payload": "10"}}}]
    assert [row.status for row in loaded(SOURCE, items(event(messaging_feedback={"feedback_screens": screens})))] == ["csat:5", "nps:10"]


def test_standby_tells_the_same_message_with_a_mark() -> None:
    told = event(message={"mid": MESSAGE_ID, "text": "hi"})
    [own], [other] = loaded(SOURCE, items(told)), loaded(SOURCE, items(told, name="standby"))
    assert (own.message_key, own.is_standby, other.message_key, other.is_standby) == (other.message_key, False, own.message_key, True)


def test_changes_of_a_page() -> None:
    comment = {"item": "comment", "verb": "add", "comment_id": "c1", "post_id": "p1", "from": {"id": PSID}, "message": "nice"}
    [added], [removed] = (loaded(SOURCE, change("feed", comment | {"verb": verb})) for verb in ("add", "remove"))
    assert (added.kind, added.text_length, added.occurred_ms) == ("comment", 4, SENT_MS)
    assert (removed.kind, removed.refers_to_key) == ("delete", added.message_key)
    [own] = loaded(SOURCE, change("feed", comment | {"from": {"id": PAGE}}))
    assert (own.direction, own.person_key) == ("out", None)
    _, touch = loaded(SOURCE, change("leadgen", {"leadgen_id": 1, "ad_id": 120226305854810726, "created_time": SENT_MS // 1000}))
    assert (touch.kind, touch.ad_id) == ("ad_referral", "120226305854810726")
