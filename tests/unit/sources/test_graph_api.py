"""What Meta's APIs are asked and answer: known and not counted; what a webhook tells is never taken for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.sources.contract import Delivery, Quarantined
from pipelines.sources.desk import Desk
from pipelines.sources.graph_api import SOURCE
from pipelines.sources.quarantine import Reason
from pipelines.sources.registry import source_of
from tests.messaging import change, items
from tests.messaging_bodies import CHANGES, THREAD_ITEMS, WHATSAPP_BODIES


@pytest.mark.parametrize(
    "body",
    [
        {"recipient_id": "1", "message_id": "m_1"},
        {"data": [{"id": "m_1", "created_time": "2026-03-01T10:00:00+0000", "from": {}, "message": "Hi"}], "paging": {}},
        {"messaging_product": "whatsapp", "to": "1", "type": "text", "text": {"body": "Hi"}},
        {"object": "permissions", "entry": []},
    ],
)
def test_an_answer_is_known_and_unused(body: Any) -> None:
    told = json.dumps(body).encode()
    assert source_of(told, {}) is SOURCE
    assert list(SOURCE.normalise(Delivery(told), Desk({}, lambda _: b""))) == [Quarantined(Reason.UNUSED)]


@pytest.mark.parametrize("body", [*(items(each) for each in THREAD_ITEMS), *(change(*each) for each in CHANGES), *WHATSAPP_BODIES])
def test_a_webhook_is_none(body: Any) -> None:
    assert source_of(json.dumps(body).encode(), {}) not in (None, SOURCE)
