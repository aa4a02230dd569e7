"""A customer's words become an intent, and nothing else of them gets past a source."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.sources import instagram, messenger
from pipelines.sources import whatsapp as whatsapp_source
from pipelines.sources.rows import MessageEvent
from tests.messaging import WAMID, chat, echo, encoded, event, items, loaded, read, whatsapp

TEXT = "Wo bleibt meine Bestellung 4711?"


def intents(rows: list[Any]) -> list[str | None]:
    return [row.intent for row in rows if isinstance(row, MessageEvent)]


@pytest.mark.parametrize(
    ("item", "intent"),
    [
        (event(message={"mid": "m1", "text": TEXT}), "order_status"),
        (event(message={"mid": "m1", "text": "Ja", "quick_reply": {"payload": "Y"}}), "confirm"),
        (event(message_edit={"mid": "m1", "text": "storno", "num_edit": 1}), "order_cancel"),
        (event(message={"mid": "m1", "attachments": [{"type": "image", "payload": {"url": "u"}}]}), None),
        (event(reaction={"mid": "m1", "action": "react", "reaction": "love"}), None),
        (echo(mid="m1", text=TEXT), None),
    ],
)
def test_messenger(item: dict[str, Any], intent: str | None) -> None:
    assert intents(loaded(messenger.SOURCE, items(item))) == [intent]


@pytest.mark.parametrize(
    ("told", "intent"),
    [
        ({"type": "text", "text": {"body": TEXT}}, "order_status"),
        ({"type": "image", "image": {"mime_type": "image/png", "caption": "same again please"}}, "reorder"),
        ({"type": "button", "button": {"text": "Nein danke", "payload": "N"}}, "decline"),
        ({"type": "button", "button": {"payload": "N"}}, None),
        ({"type": "edit", "edit": {"original_message_id": WAMID, "message": {"text": {"body": "Geld zurück"}}}}, "order_return"),
        ({"type": "sticker", "sticker": {"mime_type": "image/webp"}}, None),
    ],
)
def test_whatsapp(told: dict[str, Any], intent: str | None) -> None:
    assert intents(loaded(whatsapp_source.SOURCE, whatsapp(messages=[chat(**told)]))) == [intent]


def test_the_words_stay_out() -> None:
    body = items(event(message={"mid": "m1", "text": TEXT}))
    told = encoded(read(messenger.SOURCE, body)) + encoded(read(instagram.SOURCE, body))
    assert "order_status" in told
    assert [word for word in TEXT.split() if word in told] == []
