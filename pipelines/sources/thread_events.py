"""One item of a Messenger or Instagram thread -> its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from pipelines.intents.classifier import customer_intent
from pipelines.sources.attachments import content_of
from pipelines.sources.inbox import Inbox, canonical_text
from pipelines.sources.meta_envelope import NOBODY, PLACEHOLDERS, TEST_MESSAGE_ID, TEST_SENDER, Id, Party
from pipelines.sources.meta_time import Time, meta_ms
from pipelines.sources.money import exact_number
from pipelines.sources.quarantine import Reason
from pipelines.sources.receipts import receipt_rows
from pipelines.sources.references import identifier, opted_in_order_ref, product, updated_order, word
from pipelines.sources.referrals import app_touch, product_touches, referral_touch
from pipelines.sources.refusal import NeedsRaw, Refusal
from pipelines.sources.rows import ConsentEvent, MessageEvent, Row
from pipelines.sources.thread_format import (
    THREAD_ITEM,
    Delivered,
    Message,
    MessageEdit,
    OptIn,
    Postback,
    Reaction,
    Read,
    Referral,
    ThreadItem,
)
from pipelines.sources.thread_notices import notice_of
from pipelines.sources.thread_payments import checkout_rows, paid_rows

_ANY = msgspec.json.Decoder(float_hook=exact_number)


class Thread(msgspec.Struct, gc=False):
    """Where and when one item happened: whose thread it is, which side acted, what time it told itself."""

    inbox: Inbox
    occurred_ms: int
    told: Time
    person_key: str | None
    is_outgoing: bool
    is_standby: bool

    @property
    def direction(self) -> str:
        return "out" if self.is_outgoing else "in"

    def key(self, message_id: Id) -> str | None:
        text = identifier(message_id)
        return None if text is None else self.inbox.message_key(text)

    def synthetic(self, kind: str, *content: object) -> str:
        return self.inbox.event_key(kind, self.person_key, self.told, *content)

    def event(self, message_key: str, kind: str, direction: str | None = None, **told: Any) -> MessageEvent:
        if self.is_standby:
            told["is_standby"] = True
        return self.inbox.message_event(self.occurred_ms, message_key, kind, direction or self.direction, self.person_key, **told)


def item_rows(raw: msgspec.Raw, inbox: Inbox, is_standby: bool = False) -> list[Row]:
    """The rows of an item of `messaging[]` or `standby[]`, the primary one first. Raises Refusal, InvalidMoney
    and msgspec.DecodeError."""
    return thread_rows(THREAD_ITEM.decode(raw), inbox, is_standby, raw)


def thread_rows(item: ThreadItem, inbox: Inbox, is_standby: bool, raw: msgspec.Raw | None = None) -> list[Row]:
    """The rows of a decoded item. Raises NeedsRaw where it has to be read with all its keys and `raw` is not told."""
    message = item.message
    sender_id = identifier(item.sender.id) if item.sender is not None else None
    if sender_id == TEST_SENDER or (message is not None and message.mid == TEST_MESSAGE_ID):
        raise Refusal(Reason.TEST_TRAFFIC, "sender")
    customer, is_outgoing = _customer(item, sender_id, inbox.siblings)
    if message is not None and message.is_echo:
        is_outgoing = True
    scoped_id, user_ref = (customer.id, identifier(customer.user_ref)) if customer is not None else (None, None)
    if user_ref is None and item.optin is not None:
        user_ref = identifier(item.optin.user_ref)
    person_key = inbox.person(scoped_id, user_ref)
    watermark = item.delivery.watermark if item.delivery is not None else item.read.watermark if item.read is not None else None
    occurred_ms = inbox.when(item.timestamp, watermark)
    thread = Thread(inbox, occurred_ms, item.timestamp, person_key, is_outgoing, is_standby)
    rows = _message(message, thread) if message is not None else _rows(item, thread, raw)
    if user_ref is not None or item.prior_message is not None:
        rows += _links(item, customer, user_ref, thread)
    return rows


def _customer(item: ThreadItem, sender_id: str | None, assets: frozenset[str]) -> tuple[Party | None, bool]:
    """The side that is not an asset of the delivery, and whether the asset is the sender. Old archives do not turn echoes round."""
    recipient_id = identifier(item.recipient.id) if item.recipient is not None else None
    if recipient_id in PLACEHOLDERS:
        return item.sender, False
    if sender_id in assets:
        return (None, False) if recipient_id in assets else (item.recipient, True)
    if recipient_id in assets or sender_id is recipient_id is None:
        return item.sender, False
    if sender_id == recipient_id == NOBODY:
        return None, False
    raise Refusal(Reason.ASSET_MISMATCH, "recipient.id")


def _links(item: ThreadItem, customer: Party | None, user_ref: str | None, thread: Thread) -> list[Row]:
    """A user_ref told beside a page-scoped id belongs to the same person."""
    if customer is None or customer.id is None or thread.person_key is None:
        return []
    prior = item.prior_message
    earlier = identifier(prior.identifier) if prior is not None and prior.source in (None, "checkbox_plugin") else None
    return [
        thread.inbox.link(thread.occurred_ms, thread.inbox.shop.person("user_ref", reference), thread.person_key, reason)
        for reason, reference in (("prior_message", earlier), ("same_visit", user_ref))
        if reference
    ]


def _rows(item: ThreadItem, thread: Thread, raw: msgspec.Raw | None) -> list[Row]:
    if item.delivery is not None:
        return _delivery(item.delivery, thread)
    if item.read is not None:
        return _read(item.read, thread)
    if item.postback is not None:
        return _postback(item.postback, thread)
    if item.reaction is not None:
        return _reaction(item.reaction, thread)
    if item.referral is not None:
        return _referral(item.referral, thread)
    if item.optin is not None:
        return _optin(item.optin, thread)
    if item.message_edit is not None:
        return _edit(item.message_edit, thread)
    for told, kind, read in ((item.payment, "payment", paid_rows), (item.pre_checkout, "cart", checkout_rows)):
        if bytes(told).startswith(b"{"):
            return _payment(told, kind, read, thread)
    if raw is None:
        raise NeedsRaw
    notice = notice_of(raw, thread.is_standby)
    key = thread.synthetic(notice.kind, notice.content)
    direction = thread.direction if notice.is_said else "none"
    return [thread.event(key, notice.kind, direction, status=status) for status in notice.statuses]


def _message(message: Message, thread: Thread) -> list[Row]:
    inbox, occurred_ms, person_key = thread.inbox, thread.occurred_ms, thread.person_key
    content = content_of(message, thread.is_outgoing)
    key = thread.key(message.mid) or thread.synthetic(content.kind, message.text, len(message.attachments or ()))
    if content.kind == "delete":
        return [thread.event(thread.synthetic("delete", key), "delete", refers_to_key=key)]
    rows: list[Row] = []
    order_ref, order_stage = updated_order(message.metadata) if thread.is_outgoing else (None, None)
    order_ref = content.offered_ref or order_ref
    if content.receipt is not None:
        order_ref, rows = receipt_rows(content.receipt, inbox, occurred_ms, person_key, key)
        order_stage = "confirmation"
    if not thread.is_outgoing:
        if content.products:
            rows.extend(product_touches(content.products, inbox, occurred_ms, person_key, key))
        if content.app is not None:
            rows.append(app_touch(content.app, inbox, occurred_ms, person_key, key))
        if message.referral is not None and (touch := referral_touch(message.referral, inbox, occurred_ms, person_key, key)):
            rows.append(touch)
    event = thread.event(key, content.kind)
    if message.text:
        event.text_length = len(message.text)
    if message.reply_to is not None:
        event.refers_to_key = thread.key(message.reply_to.mid)
    named = content.products[0] if content.products else message.referral.product if message.referral else None
    if named is not None:
        event.product_id = product(inbox.shop, named.retailer_id, named.id)
    event.intent = customer_intent(message.text, thread.is_outgoing)
    event.app, event.order_ref, event.order_stage = content.app, order_ref, order_stage
    event.offers_reorder = content.offered_ref is not None and content.offered_ref == order_ref
    return [event, *rows]


def _payment(told: msgspec.Raw, kind: str, read: Callable[..., tuple[str, list[Row]]], thread: Thread) -> list[Row]:
    key = thread.synthetic(kind, canonical_text(_ANY.decode(told)))
    order_ref, rows = read(told, thread.inbox, thread.occurred_ms, thread.person_key, key)
    return [thread.event(key, kind, order_ref=order_ref), *rows]


def _postback(postback: Postback, thread: Thread) -> list[Row]:
    key = thread.key(postback.mid) or thread.synthetic("postback", postback.title)  # a standby copy tells no payload
    touch = referral_touch(postback.referral, thread.inbox, thread.occurred_ms, thread.person_key, key)
    event = thread.event(key, "postback")
    return [event, touch] if touch else [event]


def _referral(referral: Referral, thread: Thread) -> list[Row]:
    key = thread.synthetic("referral", referral.source, referral.ref, referral.ad_id)
    touch = referral_touch(referral, thread.inbox, thread.occurred_ms, thread.person_key, key)
    event = thread.event(key, "referral", product_id=touch.product_id if touch else None)
    return [event, touch] if touch else [event]


def _optin(optin: OptIn, thread: Thread) -> list[Row]:
    status = optin.notification_messages_status
    key = thread.synthetic("optin", optin.type, optin.ref, status)
    order_ref = opted_in_order_ref(identifier(optin.ref))
    rows: list[Row] = [thread.event(key, "optin", order_ref=order_ref, status=word(status))]
    if thread.person_key is None:
        return rows
    base = {**thread.inbox.base(thread.occurred_ms), "person_key": thread.person_key}
    if optin.type == "notification_messages":
        state = "withdrawn" if (status or "").upper().startswith("STOP") else "granted"  # also STOP_NOTIFICATIONS
        rows.append(ConsentEvent(**base, purpose="marketing_messages", state=state, basis="notification_messages"))
    elif order_ref:
        rows.append(ConsentEvent(**base, purpose="order_updates", state="granted", basis="checkbox_plugin", order_ref=order_ref))
    return rows


def _delivery(delivery: Delivered, thread: Thread) -> list[Row]:
    """One row for each message id told; the watermark covers all messages before it."""
    watermark_ms = None if delivery.watermark is None else meta_ms(delivery.watermark, "delivery.watermark")
    referred = [thread.key(message_id) for message_id in delivery.mids or (None,)]
    if watermark_ms is None and not any(referred):
        raise Refusal(Reason.MISSING_FIELD, "delivery.watermark")
    return [
        thread.event(thread.synthetic("delivery", watermark_ms, key), "delivery", "none", refers_to_key=key, watermark_ms=watermark_ms)
        for key in dict.fromkeys(referred)
    ]


def _read(read: Read, thread: Thread) -> list[Row]:
    """Messenger tells a watermark, Instagram a message id."""
    watermark_ms = None if read.watermark is None else meta_ms(read.watermark, "read.watermark")
    referred = thread.key(read.mid)
    if watermark_ms is None and referred is None:
        raise Refusal(Reason.MISSING_FIELD, "read.watermark")
    key = thread.synthetic("read", watermark_ms, referred)
    return [thread.event(key, "read", "none", refers_to_key=referred, watermark_ms=watermark_ms)]


def _reaction(reaction: Reaction, thread: Thread) -> list[Row]:
    kind = "unreaction" if reaction.action == "unreact" else "reaction"
    referred = thread.key(reaction.mid)
    return [thread.event(thread.synthetic(kind, referred, reaction.reaction), kind, refers_to_key=referred, status=word(reaction.reaction))]


def _edit(edit: MessageEdit, thread: Thread) -> list[Row]:
    referred = thread.key(edit.mid)
    key = thread.synthetic("edit", referred, edit.num_edit)
    intent = customer_intent(edit.text, thread.is_outgoing)
    return [thread.event(key, "edit", refers_to_key=referred, text_length=len(edit.text) if edit.text else None, intent=intent)]
