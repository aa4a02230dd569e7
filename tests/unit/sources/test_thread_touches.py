"""Contacts with marketing in a thread, consent given in it, and whose they are."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.sources.messenger import SOURCE
from pipelines.sources.rows import ConsentEvent, IdentityLink, Touch
from tests.messaging import MESSAGE_ID, PAGE, PSID, SENT_MS, change, event, items, key, loaded


@pytest.mark.parametrize(
    ("referral", "kind", "channel"),
    [
        ({"source": "ADS", "ad_id": 23846784938030398, "ref": "x"}, "ad_referral", "meta_ads"),
        ({"source": "ADS"}, "ad_referral", "meta_ads"),
        ({"source": "SHORTLINK", "ref": "qr_counter-2"}, "store_qr", "store_qr"),
        ({"source": "SHORTLINK", "ref": "spring"}, "link_referral", "messenger_link"),
        ({"source": "CUSTOMER_CHAT_PLUGIN", "ref": None}, "link_referral", "messenger_link"),
        ({"product": {"id": "sku-9"}}, "product_enquiry", "product"),
    ],
)
def test_a_referral_is_one_touch_wherever_it_stands(referral: dict[str, Any], kind: str, channel: str) -> None:
    places = [
        {"referral": referral},
        {"postback": {"payload": "x", "referral": referral}},
        {"message": {"mid": MESSAGE_ID, "referral": referral}},
    ]
    touches = [row for place in places for row in loaded(SOURCE, items(event(**place))) if isinstance(row, Touch)]
    assert [(touch.kind, touch.channel) for touch in touches] == [(kind, channel)] * 3
    assert len({touch.touch_key for touch in touches}) == 1
    assert {touch.ad_id for touch in touches} == {str(referral["ad_id"]) if "ad_id" in referral else None}


@pytest.mark.parametrize(
    ("url", "app"),
    [
        ("https://media.giphy.com/media/x/200.gif", "unknown"),
        ("https://cdn.example/a.GIF?oe=1", "unknown"),
        ("https://media.tenor.com/x/clip.mp4", None),
        ("https://cdn.example/a.jpg", None),
    ],
)
def test_a_shared_gif_is_a_touch_and_its_app_is_not_guessed(url: str, app: str | None) -> None:
    told = loaded(SOURCE, items(event(message={"mid": "m", "attachments": [{"type": "image", "payload": {"url": url}}]})))
    assert [(row.kind, row.app) for row in told if isinstance(row, Touch)] == ([("app_share", app)] if app else [])


def test_a_checkout_optin_is_consent_for_its_order() -> None:
    body = items({"recipient": {"id": PAGE}, "timestamp": SENT_MS, "optin": {"ref": "order_A-1017", "user_ref": "u-1"}})
    optin, consent = loaded(SOURCE, body)
    assert (optin.kind, optin.order_ref, optin.person_key) == ("optin", "no:a-1017", key("user_ref", "u-1"))
    assert isinstance(consent, ConsentEvent)
    assert (consent.purpose, consent.state, consent.basis, consent.order_ref) == (
        "order_updates",
        "granted",
        "checkbox_plugin",
        "no:a-1017",
    )


@pytest.mark.parametrize(("status", "state"), [("STOP", "withdrawn"), ("RESUME", "granted"), (None, "granted")])
def test_marketing_consent_follows_its_status(status: str | None, state: str) -> None:
    _, consent = loaded(SOURCE, items(event(optin={"type": "notification_messages", "notification_messages_status": status})))
    assert (consent.purpose, consent.state) == ("marketing_messages", state)


def test_a_user_ref_beside_a_psid_is_linked_not_preferred() -> None:
    body = items(event(sender={"id": PSID, "user_ref": "5678"}, timestamp=1701599111, referral={"source": "SHORTLINK", "ref": "x"}))
    referral, _, link = loaded(SOURCE, body)
    assert (referral.person_key, referral.occurred_ms) == (key("messenger", PSID), 1701599111000)
    assert isinstance(link, IdentityLink)
    assert (link.person_key, link.linked_key) == (key("user_ref", "5678"), referral.person_key)


def test_a_paid_message_is_a_touch_of_its_campaign() -> None:
    flat = {
        "field": "marketing_message_echoes",
        "recipient_id": int(PSID),
        "page_id": 1001,
        "timestamp": SENT_MS,
        "mid": "m",
        "message_id": "77",
    }
    for body in (flat, change("marketing_message_echoes", flat)):
        sent, touch = loaded(SOURCE, body)
        assert (sent.direction, sent.person_key) == ("out", key("messenger", PSID))
        assert (touch.kind, touch.ref, touch.asset_id) == ("sponsored_message", "77", PAGE)
