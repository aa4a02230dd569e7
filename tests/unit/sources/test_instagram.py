"""Instagram: the fixtures' expected results, and where it differs from Messenger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources import messenger
from pipelines.sources.instagram import SOURCE
from pipelines.sources.quarantine import Reason
from pipelines.sources.rows import Touch
from tests.messaging import ACCOUNT, PAGE, PSID, SECRETS, SENT_MS, change, encoded, event, items, loaded, mutated, new_desk, read, reasons
from tests.messaging_bodies import CHANGES, THREAD_ITEMS


def instagram(told: dict[str, Any], name: str = "messaging") -> dict[str, Any]:
    """A body of the account that holds what `told` tells of the page."""
    sides = {side: {"id": ACCOUNT} for side in ("sender", "recipient") if (told.get(side) or {}).get("id") == PAGE}
    return items(told | sides, platform="instagram", asset=ACCOUNT, name=name)


BODIES = st.sampled_from(
    [*map(instagram, THREAD_ITEMS), *(change(field, value, platform="instagram", asset=ACCOUNT) for field, value in CHANGES)]
)


def test_fixture_test_button_is_test_traffic(shared: Path) -> None:
    body = (shared / "fixtures/chatwoot/ig__instagram_test_text_event.json").read_bytes()
    assert reasons(read(SOURCE, body)) == reasons(read(messenger.SOURCE, body)) == [Reason.TEST_TRAFFIC]


def test_fixture_unsupported_attachment(shared: Path) -> None:
    [row] = loaded(SOURCE, (shared / "fixtures/restfb/instagram__messaging-attachment-unsupported.json").read_bytes())
    assert (row.kind, row.occurred_ms, row.asset_id) == ("unsupported", 1668022333735, "17841452691600098")


def test_fixture_seen_names_a_message(shared: Path) -> None:
    [row] = loaded(SOURCE, (shared / "fixtures/restfb/instagram__messaging-seen.json").read_bytes())
    assert (row.kind, row.watermark_ms) == ("read", None)
    assert row.refers_to_key == new_desk().shop("instagram", row.asset_id).hashed("message", "MESSAGE-ID")


def test_every_fixture_of_instagram_has_an_outcome_for_each_record(shared: Path) -> None:
    names = [*(shared / "fixtures").glob("restfb/instagram__*.json"), *(shared / "fixtures").glob("chatwoot/ig__*.json")]
    assert {len(read(SOURCE, path.read_bytes())) for path in names} == {1}
    assert len(names) > 10


@given(body=mutated(BODIES))
def test_broken_bodies_tell_nothing_personal(body: Any) -> None:
    told = encoded(read(SOURCE, body))
    assert [secret for secret in SECRETS if secret in told] == []


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ({"attachments": [{"type": "like_heart"}]}, "like"),
        ({"attachments": [{"type": "story_mention", "payload": {"url": "https://cdn.example/1"}}]}, "story_mention"),
        ({"text": "lovely", "reply_to": {"story": {"url": "https://cdn.example/1", "id": "1"}}}, "story_reply"),
        ({"text": "lovely", "reply_to": {"mid": "m_0"}}, "text"),
        ({"text": "how much?", "referral": {"product": {"id": "sku-1"}}}, "product_enquiry"),
        ({"attachments": [{"type": "ephemeral"}]}, "other"),
        ({"is_unsupported": True}, "unsupported"),
        ({"is_deleted": True}, "delete"),
    ],
)
def test_kinds(message: dict[str, Any], kind: str) -> None:
    row, *_ = loaded(SOURCE, instagram(event(message={"mid": "m_1"} | message)))
    assert (row.kind, row.direction, row.source) == (kind, "in", "instagram")
    assert row.person_key == new_desk().shop("instagram", ACCOUNT).person("instagram", PSID)


def test_a_link_of_instagram_is_its_own_channel() -> None:
    _, touch = loaded(SOURCE, instagram(event(referral={"source": "IGME", "ref": "spring"})))
    assert isinstance(touch, Touch)
    assert (touch.kind, touch.channel) == ("link_referral", "instagram_link")


def test_comments_are_told_in_seconds_and_by_who_wrote() -> None:
    value = {"id": "c1", "text": "price?", "from": {"id": PSID, "username": "x"}, "media": {"id": "7", "media_product_type": "FEED"}}
    [row] = loaded(SOURCE, change("comments", value, platform="instagram", asset=ACCOUNT))
    assert (row.kind, row.direction, row.text_length, row.occurred_ms) == ("comment", "in", 6, SENT_MS)
    [own] = loaded(SOURCE, change("comments", value | {"from": {"id": ACCOUNT}}, platform="instagram", asset=ACCOUNT))
    assert (own.direction, own.person_key) == ("out", None)
    [mention] = loaded(SOURCE, change("mentions", {"media_id": "7", "comment_id": "c2"}, platform="instagram", asset=ACCOUNT))
    assert (mention.kind, mention.refers_to_key) == ("comment", row.refers_to_key)


def test_a_thread_event_told_as_a_change_is_the_same_event() -> None:
    told = event(recipient={"id": ACCOUNT}, message={"mid": "m_1", "text": "hi"})
    assert loaded(SOURCE, change("messages", told, platform="instagram", asset=ACCOUNT)) == loaded(SOURCE, instagram(told))
