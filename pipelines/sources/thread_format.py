"""The wire format of Messenger and Instagram threads, as far as rows are made of it.

Formats: https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events
and .../instagram-platform/webhooks. Ids may be JSON strings or integers; amounts keep every digit.
"""

from __future__ import annotations

from typing import Any

import msgspec

from pipelines.sources.meta_envelope import Id, Party
from pipelines.sources.meta_time import Time
from pipelines.sources.money import exact_number


class ProductReference(msgspec.Struct, gc=False):
    id: Id = None
    retailer_id: Id = None


class AdContext(msgspec.Struct, gc=False):
    product_id: Id = None


class Referral(msgspec.Struct, gc=False):
    """Where a customer came from. `product` stands alone: it tells a shop page, not a click."""

    ref: Id = None
    source: str | None = None
    ad_id: Id = None
    product: ProductReference | None = None
    ads_context_data: AdContext | None = None


class Attachment(msgspec.Struct, gc=False):
    """`payload` is an object, a string or null, by type; it is decoded where the type needs it."""

    type: str | None = None
    payload: msgspec.Raw = msgspec.Raw()
    url: Any = None


class Button(msgspec.Struct, gc=False):
    payload: Any = None


class TemplateElement(msgspec.Struct, gc=False):
    buttons: list[Button] | None = None


class ProductShare(msgspec.Struct, gc=False):
    elements: list[ProductReference] | None = None


class Payload(msgspec.Struct, gc=False):
    """The payload of an attachment."""

    url: Any = None
    sticker_id: Id = None
    template_type: str | None = None
    product: ProductShare | None = None
    buttons: list[Button] | None = None
    elements: list[TemplateElement] | None = None


class Story(msgspec.Struct, gc=False):
    """The story replied to; that there is one is all that counts."""


class ReplyTo(msgspec.Struct, gc=False):
    mid: Id = None
    story: Story | None = None


class Message(msgspec.Struct, gc=False):
    mid: Id = None
    text: str | None = None
    is_echo: bool | None = None
    is_deleted: bool | None = None
    is_unsupported: bool | str | None = None
    quick_reply: Button | None = None
    quick_replies: list[Button] | None = None
    reply_to: ReplyTo | None = None
    attachments: list[Attachment] | None = None
    sticker_id: Id = None
    referral: Referral | None = None
    metadata: Any = None


class Postback(msgspec.Struct, gc=False):
    mid: Id = None
    title: Any = None
    payload: Any = None
    referral: Referral | None = None


class OptIn(msgspec.Struct, gc=False):
    type: str | None = None
    ref: Id = None
    user_ref: Id = None
    notification_messages_status: str | None = None


class Delivered(msgspec.Struct, gc=False):
    mids: list[Id] | None = None
    watermark: Time = None


class Read(msgspec.Struct, gc=False):
    mid: Id = None
    watermark: Time = None


class Reaction(msgspec.Struct, gc=False):
    mid: Id = None
    action: str | None = None
    reaction: str | None = None


class MessageEdit(msgspec.Struct, gc=False):
    mid: Id = None
    text: str | None = None
    num_edit: Id = None


class PriorMessage(msgspec.Struct, gc=False):
    source: str | None = None
    identifier: Id = None


class ThreadItem(msgspec.Struct, gc=False):
    """An item of `messaging[]` or `standby[]`; the key that is there decides its kind."""

    sender: Party | None = None
    recipient: Party | None = None
    timestamp: Time = None
    message: Message | None = None
    postback: Postback | None = None
    referral: Referral | None = None
    optin: OptIn | None = None
    delivery: Delivered | None = None
    read: Read | None = None
    reaction: Reaction | None = None
    message_edit: MessageEdit | None = None
    prior_message: PriorMessage | None = None
    payment: msgspec.Raw = msgspec.Raw()
    pre_checkout: msgspec.Raw = msgspec.Raw()


class WholeEntry(msgspec.Struct, gc=False):
    """An entry whose items are decoded with it."""

    id: Id = None
    time: int | str | None = None
    messaging: list[ThreadItem] | None = None
    standby: list[ThreadItem] | None = None
    changes: list[msgspec.Raw] | None = None


class WholeBody(msgspec.Struct, gc=False):
    """A body decoded at once. One that does not fit is read piece by piece, which tells which piece is wrong."""

    object: str | None = None
    entry: list[WholeEntry] | None = None


class ReceiptElement(msgspec.Struct, gc=False):
    title: str | None = None
    quantity: Any = None
    price: Any = None
    currency: str | None = None


class ReceiptSummary(msgspec.Struct, gc=False):
    subtotal: Any = None
    shipping_cost: Any = None
    total_tax: Any = None
    total_cost: Any = None


class ReceiptAdjustment(msgspec.Struct, gc=False):
    amount: Any = None


class Receipt(msgspec.Struct, gc=False):
    """The payload of a receipt template."""

    order_number: Id = None
    currency: str | None = None
    timestamp: Time = None
    payment_method: Any = None
    elements: list[ReceiptElement] | None = None
    summary: ReceiptSummary | None = None
    adjustments: list[ReceiptAdjustment] | None = None


WHOLE_BODY = msgspec.json.Decoder(WholeBody, float_hook=exact_number)
THREAD_ITEM = msgspec.json.Decoder(ThreadItem, float_hook=exact_number)
PAYLOAD = msgspec.json.Decoder(Payload)
RECEIPT = msgspec.json.Decoder(Receipt, float_hook=exact_number)
