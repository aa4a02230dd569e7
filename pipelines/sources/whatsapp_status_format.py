"""The wire format of WhatsApp statuses: the way of a sent message, what it cost, and the payment that one may tell.

Format: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
"""

from __future__ import annotations

from typing import Any

import msgspec

from pipelines.sources.meta_envelope import Id
from pipelines.sources.meta_time import Time
from pipelines.sources.money import exact_number


class Scaled(msgspec.Struct, gc=False):
    """`value / offset` major units."""

    value: Any = None
    offset: Any = None


class PaymentRefund(msgspec.Struct, gc=False):
    id: Id = None
    amount: Scaled | None = None
    status: str | None = None


class Method(msgspec.Struct, gc=False):
    type: Any = None


class Transaction(msgspec.Struct, gc=False):
    status: str | None = None
    type: Any = None  # the gateway
    method: Method | None = None


class Payment(msgspec.Struct, gc=False):
    reference_id: Id = None
    amount: Scaled | None = None
    currency: str | None = None
    transaction: Transaction | None = None
    refunds: list[PaymentRefund] | None = None


class Origin(msgspec.Struct, gc=False):
    type: str | None = None


class Conversation(msgspec.Struct, gc=False):
    id: Id = None
    origin: Origin | None = None


class Pricing(msgspec.Struct, gc=False):
    type: str | None = None


class Status(msgspec.Struct, gc=False):
    id: Id = None
    status: str | None = None
    timestamp: Time = None
    type: str | None = None
    recipient_id: Id = None
    recipient_user_id: Id = None
    recipient_participant_id: Id = None
    recipient_participant_user_id: Id = None
    payment: Payment | None = None
    biz_opaque_callback_data: Any = None
    conversation: Conversation | None = None
    pricing: Pricing | None = None


STATUS = msgspec.json.Decoder(Status, float_hook=exact_number)
