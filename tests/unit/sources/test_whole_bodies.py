"""Decoded at once or piece by piece, plain or not: a body gives the same outcomes, with all the oddities among them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from pipelines.simulate.command import simulate
from pipelines.sources import threads, whatsapp
from pipelines.sources.contract import Delivery, Loaded, Outcome
from pipelines.sources.inbox import Inbox
from pipelines.sources.plain_items import plain_rows
from pipelines.sources.refusal import outcome_of
from pipelines.sources.thread_events import thread_rows
from pipelines.sources.thread_format import THREAD_ITEM
from tests.messaging import MESSAGE_ID, PAGE, PSID, SENT_MS, TEXT, echo, event, items, mutated, new_desk
from tests.messaging_bodies import THREAD_ITEMS, WHATSAPP_BODIES

PLATFORMS = {"messenger": "page", "instagram": "instagram"}
PLAIN_ITEMS = (
    event(message={"mid": MESSAGE_ID, "text": TEXT}),
    event(message={"mid": MESSAGE_ID, "text": ""}),
    echo(text=TEXT),
    event(message={"mid": MESSAGE_ID, "text": TEXT, "is_echo": True}),
    event(sender={"id": PAGE}, recipient={"id": "PAGE_ID"}, message={"mid": MESSAGE_ID, "text": TEXT}),
    event(delivery={"mids": [MESSAGE_ID], "watermark": SENT_MS}),
    event(delivery={"mids": [MESSAGE_ID, "m_2", MESSAGE_ID], "watermark": SENT_MS}),
    event(message={"mid": MESSAGE_ID, "text": TEXT, "referral": {"ref": "qr_7", "source": "SHORTLINK"}}),
    event(message={"mid": MESSAGE_ID, "text": TEXT, "referral": {"product": {"id": "sku-1"}, "source": "ADS", "ad_id": "12"}}),
    echo(text=TEXT, referral={"ad_id": "1", "product": {"retailer_id": 5}}),
    event(delivery={"watermark": SENT_MS}),
    event(delivery={"mids": [MESSAGE_ID]}),
    echo(text=TEXT, metadata="order:1017:shipping"),
    event(read={"watermark": SENT_MS}),
    event(read={"mid": MESSAGE_ID}),
    event(timestamp=None, read={"mid": MESSAGE_ID}),
    event(timestamp=None, delivery={"mids": [MESSAGE_ID], "watermark": SENT_MS}),
    event(timestamp=None, message={"mid": MESSAGE_ID, "text": TEXT}),
    event(sender={"id": PSID, "user_ref": "r1"}, read={"watermark": SENT_MS}),
)
ITEMS = st.sampled_from(PLAIN_ITEMS + THREAD_ITEMS)
BODIES = st.builds(
    lambda told, name: items(*told, name=name), st.lists(ITEMS, min_size=1, max_size=3), st.sampled_from(["messaging", "standby"])
)


def _both_ways(source: str, body: bytes) -> tuple[list[Outcome] | None, list[Outcome]]:
    delivery = Delivery(body, {}, SENT_MS)
    if source == "whatsapp":
        return whatsapp.read_whole(delivery, new_desk()), list(whatsapp.read_pieces(delivery, new_desk()))
    told = (source, PLATFORMS[source])
    return threads.read_whole(delivery, new_desk(), *told), list(threads.read_pieces(delivery, new_desk(), *told))


@given(body=BODIES | mutated(BODIES))
def test_a_thread_body_is_the_same_at_once_and_in_pieces(body: Any) -> None:
    whole, pieces = _both_ways("messenger", json.dumps(body).encode())
    assert whole in (None, pieces)


@given(body=st.sampled_from(WHATSAPP_BODIES) | mutated(st.sampled_from(WHATSAPP_BODIES)))
def test_a_whatsapp_body_is_the_same_at_once_and_in_pieces(body: Any) -> None:
    whole, pieces = _both_ways("whatsapp", json.dumps(body).encode())
    assert whole in (None, pieces)


@given(item=mutated(st.sampled_from(PLAIN_ITEMS)) | ITEMS)
def test_a_plain_item_is_what_any_item_is(item: dict[str, Any]) -> None:
    desk = new_desk()
    inbox = Inbox("messenger", PAGE, desk.shop("messenger", PAGE), SENT_MS, 0, frozenset([PAGE]))
    try:
        decoded = THREAD_ITEM.decode(json.dumps(item))
    except msgspec.ValidationError:
        return
    rows = plain_rows(decoded, inbox)
    assert rows is None or Loaded(rows) == outcome_of(thread_rows, decoded, inbox, False)


@pytest.mark.parametrize("item", PLAIN_ITEMS)
def test_plain_items_are_read_as_such(item: dict[str, Any]) -> None:
    inbox = Inbox("messenger", PAGE, new_desk().shop("messenger", PAGE), SENT_MS, 0, frozenset([PAGE]))
    is_odd = "user_ref" in item["sender"] or item["recipient"]["id"] == "PAGE_ID"
    assert (plain_rows(THREAD_ITEM.decode(json.dumps(item)), inbox) is None) == is_odd


def test_all_traffic_of_a_world_is_the_same_and_most_of_it_is_read_at_once(tmp_path: Path) -> None:
    simulate(tmp_path / "world", shops=3, days=3, events=4000, seed=11)
    at_once = bodies = 0
    for source in ("messenger", "instagram", "whatsapp"):
        for path in (tmp_path / "world" / "deliveries" / source).iterdir():
            for line in zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read().splitlines():
                whole, pieces = _both_ways(source, line)
                assert whole in (None, pieces)
                at_once, bodies = at_once + (whole is not None), bodies + 1
    assert at_once > 0.9 * bodies
