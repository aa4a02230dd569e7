"""The statuses that most of WhatsApp's traffic is made of, read without detours: of a message, to a known phone.

What a status means is said in whatsapp_events.py. This module only says the same faster, and leaves everything that is not quite
plain to it; a property holds that both give equal rows.
"""

from __future__ import annotations

from pipelines.sources.inbox import Inbox
from pipelines.sources.instants import END_MS, FIRST_MS
from pipelines.sources.references import updated_order
from pipelines.sources.rows import MessageEvent, Row
from pipelines.sources.whatsapp_events import free_entry_touch
from pipelines.sources.whatsapp_people import customer
from pipelines.sources.whatsapp_status_format import Status

_STATES = frozenset({"sent", "delivered", "read", "failed"})
_SECONDS_DIGITS = 10


def plain_status_rows(status: Status, inbox: Inbox) -> tuple[Row, ...] | None:
    """The rows of a plain status, the primary one first; None for any other."""
    told, message_id, state = status.timestamp, status.id, status.status
    if type(told) is not str or len(told) != _SECONDS_DIGITS or not told.isascii() or not told.isdigit():
        return None
    occurred_ms = int(told) * 1000
    if not FIRST_MS <= occurred_ms < END_MS or state not in _STATES or type(message_id) is not str or not message_id:
        return None
    if status.payment is not None or status.recipient_user_id is not None or status.recipient_participant_user_id is not None:
        return None
    person = customer(inbox, status.recipient_participant_id, None, status.recipient_id, None)
    if person.person_key is None or person.bsuid_key is not None:
        return None
    shop, asset_id = inbox.shop, inbox.asset_id
    referred = shop.named(f"message|{message_id}")
    key = shop.named(f"event|{asset_id}|status|{person.person_key}||{referred}|{state}")
    row = MessageEvent(shop.shop_id, inbox.source, occurred_ms, shop.day(occurred_ms), asset_id, key, "status", "none", person.person_key)
    row.refers_to_key, row.status = referred, state
    if status.biz_opaque_callback_data is not None:
        row.order_ref, row.order_stage = updated_order(status.biz_opaque_callback_data)
    touch = free_entry_touch(status, inbox, occurred_ms, person.person_key, key) if state == "sent" else None
    return (row,) if touch is None else (row, touch)
