"""The items that most of WhatsApp's traffic is made of, read without detours: a text from a known phone, and what became of a message.

What an item means is said in whatsapp_messages.py and whatsapp_events.py. This module only says the same faster, and leaves
everything that is not quite plain to them; a property holds that both give equal rows.
"""

from __future__ import annotations

from pipelines.intents.classifier import customer_intent
from pipelines.sources.inbox import Inbox
from pipelines.sources.instants import END_MS, FIRST_MS
from pipelines.sources.meta_time import Time
from pipelines.sources.references import updated_order
from pipelines.sources.rows import MessageEvent, Row
from pipelines.sources.whatsapp_events import free_entry_touch
from pipelines.sources.whatsapp_format import Message
from pipelines.sources.whatsapp_people import customer
from pipelines.sources.whatsapp_status_format import Status

_STATES = frozenset({"sent", "delivered", "read", "failed"})
_SECONDS_DIGITS = 10


def plain_text_rows(message: Message, inbox: Inbox) -> tuple[Row, ...] | None:
    """The row of a plain text of `messages[]`; None for any other message."""
    occurred_ms, message_id = _plain_ms(message.timestamp), message.id
    if occurred_ms is None or type(message_id) is not str or not message_id or not _is_text(message):
        return None
    person_key = customer(inbox, message.sender, None).person_key
    if person_key is None:
        return None
    shop, text = inbox.shop, message.text.body if message.text is not None else None
    key = shop.message(message_id)
    row = MessageEvent(shop.shop_id, inbox.source, occurred_ms, shop.day(occurred_ms), inbox.asset_id, key, "text", "in", person_key)
    if text:
        row.text_length, row.intent = len(text), customer_intent(text, False)
    return (row,)


def _is_text(message: Message) -> bool:
    """Whether a message is a text and nothing else that a row tells."""
    return (
        message.type == "text"
        and message.context is None
        and message.referral is None
        and message.from_user_id is None
        and message.order is None
        and message.interactive is None
        and message.button is None
        and message.image is None
        and message.video is None
        and message.document is None
        and message.sticker is None
        and message.system is None
        and message.edit is None
        and message.revoke is None
        and message.reaction is None
        and message.history_context is None
        and message.errors is None
    )


def plain_status_rows(status: Status, inbox: Inbox) -> tuple[Row, ...] | None:
    """The rows of a plain status, the primary one first; None for any other."""
    occurred_ms, message_id, state = _plain_ms(status.timestamp), status.id, status.status
    if occurred_ms is None or state not in _STATES or type(message_id) is not str or not message_id:
        return None
    if status.payment is not None or status.recipient_user_id is not None or status.recipient_participant_user_id is not None:
        return None
    person = customer(inbox, status.recipient_participant_id, None, status.recipient_id, None)
    if person.person_key is None or person.bsuid_key is not None:
        return None
    shop, asset_id = inbox.shop, inbox.asset_id
    referred = shop.message(message_id)
    key = shop.named(f"event|{asset_id}|status|{person.person_key}||{referred}|{state}")
    row = MessageEvent(shop.shop_id, inbox.source, occurred_ms, shop.day(occurred_ms), asset_id, key, "status", "none", person.person_key)
    row.refers_to_key, row.status = referred, state
    if status.biz_opaque_callback_data is not None:
        row.order_ref, row.order_stage = updated_order(status.biz_opaque_callback_data)
    touch = free_entry_touch(status, inbox, occurred_ms, person.person_key, key) if state == "sent" else None
    return (row,) if touch is None else (row, touch)


def _plain_ms(told: Time) -> int | None:
    """The instant of a time told in digits of seconds; None for any other."""
    if type(told) is not str or len(told) != _SECONDS_DIGITS or not told.isascii() or not told.isdigit():
        return None
    instant_ms = int(told) * 1000
    return instant_ms if FIRST_MS <= instant_ms < END_MS else None
