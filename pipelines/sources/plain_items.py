"""The items that most of the traffic is made of, read without detours: a text, a delivery, a read.

What an item means is said in thread_events.py. This module only says the same faster, and leaves everything that is not quite
plain to it; a property holds that both give equal rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.intents.classifier import customer_intent
from pipelines.sources.inbox import Inbox
from pipelines.sources.instants import END_MS, FIRST_MS
from pipelines.sources.meta_envelope import PLACEHOLDERS, TEST_MESSAGE_ID, TEST_SENDER
from pipelines.sources.meta_time import Time
from pipelines.sources.references import product, updated_order
from pipelines.sources.referrals import referral_touch
from pipelines.sources.rows import MessageEvent, Row
from pipelines.sources.thread_format import Message, ThreadItem

_NO_MESSAGES = frozenset({"", TEST_MESSAGE_ID})
_UP_TO_WATERMARK = (None,)  # a receipt that names no message
_NO_CUSTOMERS = frozenset({"", TEST_SENDER, *PLACEHOLDERS})


def plain_rows(item: ThreadItem, inbox: Inbox) -> tuple[Row, ...] | None:
    """The rows of a plain item of `messaging[]`, the primary one first; None for any other item."""
    sender, recipient, told = item.sender, item.recipient, item.timestamp
    occurred_ms = inbox.entry_time if told is None else told
    if sender is None or recipient is None or type(occurred_ms) is not int or not FIRST_MS <= occurred_ms < END_MS:
        return None
    is_outgoing = sender.id in inbox.siblings
    customer = recipient if is_outgoing else sender
    customer_id = customer.id
    if is_outgoing is (recipient.id in inbox.siblings) or type(customer_id) is not str or customer_id in _NO_CUSTOMERS:
        return None
    if customer.user_ref is not None or item.optin is not None or item.prior_message is not None:
        return None
    if item.message is not None:
        return _text(item.message, inbox, occurred_ms, customer_id, is_outgoing)
    if (delivery := item.delivery) is not None:
        return _receipts("delivery", delivery.mids or _UP_TO_WATERMARK, delivery.watermark, inbox, told, occurred_ms, customer_id)
    if (read := item.read) is not None:
        return _receipts("read", (read.mid,), read.watermark, inbox, told, occurred_ms, customer_id)
    return None


def _text(message: Message, inbox: Inbox, occurred_ms: int, customer_id: str, is_outgoing: bool) -> tuple[Row, ...] | None:
    message_id = message.mid
    if type(message_id) is not str or message_id in _NO_MESSAGES or not _is_text(message):
        return None
    shop, text, referral = inbox.shop, message.text, message.referral
    person_key = shop.person(inbox.source, customer_id)
    key = shop.message(message_id)
    direction = "out" if is_outgoing or message.is_echo else "in"
    row = MessageEvent(shop.shop_id, inbox.source, occurred_ms, shop.day(occurred_ms), inbox.asset_id, key, "text", direction, person_key)
    if message.metadata is not None:
        row.order_ref, row.order_stage = updated_order(message.metadata)
        if direction == "in" or row.order_ref is None:
            return None
    if text:
        row.text_length, row.intent = len(text), customer_intent(text, direction == "out")
    if referral is None:
        return (row,)
    if referral.product is not None:
        row.kind = "product_enquiry"
        row.product_id = product(shop, referral.product.retailer_id, referral.product.id)
    touch = referral_touch(referral, inbox, occurred_ms, person_key, key) if direction == "in" else None
    return (row, touch) if touch is not None else (row,)


def _is_text(message: Message) -> bool:
    """Whether a message is text, perhaps with a referral and metadata, and nothing else."""
    return (
        message.text is not None
        and message.attachments is None
        and message.reply_to is None
        and message.quick_reply is None
        and message.quick_replies is None
        and message.sticker_id is None
        and message.is_deleted is None
        and message.is_unsupported is None
    )


def _receipts(
    kind: str, mids: Sequence[int | str | None], watermark: Time, inbox: Inbox, told: Time, occurred_ms: int, customer_id: str
) -> tuple[Row, ...] | None:
    """One row for each message that was delivered or read; for all up to the watermark where none is named.

    `told` is the item's own time: the entry's, which stands for one that is not told, is another in each retry."""
    shop, source, asset_id = inbox.shop, inbox.source, inbox.asset_id
    if watermark is not None and (type(watermark) is not int or not FIRST_MS <= watermark < END_MS):
        return None
    person_key, day, own = shop.person(source, customer_id), shop.day(occurred_ms), "" if told is None else told
    rows = []
    for mid in mids if len(mids) == 1 else dict.fromkeys(mids):
        if type(mid) is str and mid:
            referred = shop.message(mid)
        elif mid is None and watermark is not None:
            referred = None
        else:
            return None
        key = shop.named(f"event|{asset_id}|{kind}|{person_key}|{own}|{watermark}|{referred}")
        row = MessageEvent(shop.shop_id, source, occurred_ms, day, asset_id, key, kind, "none", person_key)
        row.refers_to_key, row.watermark_ms = referred, watermark
        rows.append(row)
    return tuple(rows)
