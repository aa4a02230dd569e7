"""A plain text or status is what any is: the short way gives the rows of the long one, or leaves the item to it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.contract import Loaded
from pipelines.sources.inbox import Inbox
from pipelines.sources.plain_chats import plain_status_rows, plain_text_rows
from pipelines.sources.refusal import outcome_of
from pipelines.sources.whatsapp_events import rows_of_status
from pipelines.sources.whatsapp_format import MESSAGE
from pipelines.sources.whatsapp_messages import rows_of_message
from pipelines.sources.whatsapp_people import Sides
from pipelines.sources.whatsapp_status_format import STATUS
from tests.messaging import BSUID, PHONE, SENT_MS, TEXT, WAMID, mutated, new_desk

NUMBER_ID = "106540352242922"
PLAIN = {"id": WAMID, "status": "delivered", "timestamp": str(SENT_MS // 1000), "recipient_id": PHONE}
PLAIN_STATUSES: tuple[dict[str, Any], ...] = (
    PLAIN,
    PLAIN | {"status": "read", "biz_opaque_callback_data": "order:1017:shipping"},
    PLAIN | {"status": "sent", "pricing": {"type": "free_entry_point"}},
    PLAIN | {"status": "sent", "conversation": {"id": "c1", "origin": {"type": "referral_conversion"}}},
)
ODD_STATUSES: tuple[dict[str, Any], ...] = (
    PLAIN | {"timestamp": SENT_MS // 1000},
    PLAIN | {"timestamp": "0000000000"},
    PLAIN | {"status": "played"},
    PLAIN | {"id": ""},
    PLAIN | {"recipient_id": None},
    PLAIN | {"recipient_user_id": BSUID},
    PLAIN | {"status": "captured", "type": "payment", "payment": {"reference_id": "1017"}},
)
STATUSES = st.sampled_from(PLAIN_STATUSES + ODD_STATUSES)
PLAIN_TEXT = {"from": PHONE, "id": WAMID, "timestamp": str(SENT_MS // 1000), "type": "text", "text": {"body": TEXT}}
PLAIN_TEXTS: tuple[dict[str, Any], ...] = (PLAIN_TEXT, PLAIN_TEXT | {"text": None}, PLAIN_TEXT | {"text": {"body": ""}})
ODD_TEXTS: tuple[dict[str, Any], ...] = (
    *(PLAIN_TEXT | {"timestamp": told} for told in (SENT_MS // 1000, "0000000000", None)),
    *(PLAIN_TEXT | {"type": told} for told in (None, "image", "unknown")),
    PLAIN_TEXT | {"id": ""},
    PLAIN_TEXT | {"from": None},
    PLAIN_TEXT | {"from_user_id": BSUID},
    PLAIN_TEXT | {"button": {"text": TEXT}, "text": None},
    PLAIN_TEXT | {"context": {"id": WAMID}},
    PLAIN_TEXT | {"referral": {"source_type": "ad", "source_id": "120", "ctwa_clid": "c1"}},
    PLAIN_TEXT | {"order": {"product_items": [{"product_retailer_id": "sku-1", "quantity": 1, "item_price": 2, "currency": "EUR"}]}},
    PLAIN_TEXT | {"interactive": {"type": "order_details"}},
    PLAIN_TEXT | {"image": {"mime_type": "image/gif"}},
    PLAIN_TEXT | {"sticker": {"mime_type": "image/webp"}},
    PLAIN_TEXT | {"system": {"type": "user_changed_number", "new_wa_id": "4915112345678"}},
    *(PLAIN_TEXT | {name: {"original_message_id": WAMID}} for name in ("edit", "revoke")),
    PLAIN_TEXT | {"reaction": {"message_id": WAMID, "emoji": "👍"}},
    PLAIN_TEXT | {"history_context": {"status": "READ"}},
    PLAIN_TEXT | {"errors": [{"code": 131060}]},
)
TEXTS = st.sampled_from(PLAIN_TEXTS + ODD_TEXTS)


@given(told=TEXTS | mutated(TEXTS), entry_time=st.none() | st.just(SENT_MS // 1000))
def test_a_plain_text_is_what_any_message_is(told: dict[str, Any], entry_time: int | None) -> None:
    try:
        message = MESSAGE.decode(json.dumps(told))
    except msgspec.ValidationError:
        return
    inbox = Inbox("whatsapp", NUMBER_ID, new_desk().shop("whatsapp", NUMBER_ID), entry_time)
    rows = plain_text_rows(message, inbox)
    assert rows is None or Loaded(rows) == outcome_of(rows_of_message, message, inbox, Sides())


@pytest.mark.parametrize(("told", "is_plain"), [*((each, True) for each in PLAIN_TEXTS), *((each, False) for each in ODD_TEXTS)])
def test_plain_texts_are_read_as_such(told: dict[str, Any], is_plain: bool) -> None:
    inbox = Inbox("whatsapp", NUMBER_ID, new_desk().shop("whatsapp", NUMBER_ID))
    assert (plain_text_rows(MESSAGE.decode(json.dumps(told)), inbox) is not None) == is_plain


@given(told=STATUSES | mutated(STATUSES), entry_time=st.none() | st.just(SENT_MS // 1000))
def test_a_plain_status_is_what_any_status_is(told: dict[str, Any], entry_time: int | None) -> None:
    try:
        status = STATUS.decode(json.dumps(told))
    except msgspec.ValidationError:
        return
    inbox = Inbox("whatsapp", NUMBER_ID, new_desk().shop("whatsapp", NUMBER_ID), entry_time)
    rows = plain_status_rows(status, inbox)
    assert rows is None or Loaded(rows) == outcome_of(rows_of_status, status, inbox)


@pytest.mark.parametrize(("told", "is_plain"), [*((each, True) for each in PLAIN_STATUSES), *((each, False) for each in ODD_STATUSES)])
def test_plain_statuses_are_read_as_such(told: dict[str, Any], is_plain: bool) -> None:
    inbox = Inbox("whatsapp", NUMBER_ID, new_desk().shop("whatsapp", NUMBER_ID))
    assert (plain_status_rows(STATUS.decode(json.dumps(told)), inbox) is not None) == is_plain
