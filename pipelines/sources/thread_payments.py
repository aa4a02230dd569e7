"""Payments inside Messenger, a beta of 2016 to 2019: `payment` is a paid order, `pre_checkout` a cart on its way to one.

Format: https://web.archive.org/web/2018/https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/payment
Amounts are in major units, as a string or a number. The payload is the developer's own: it names the order where it is
`order_<number>`, else the charge does.
"""

from __future__ import annotations

from typing import Any

import msgspec

from pipelines.sources.buyers import email_identifier, phone_identifier
from pipelines.sources.codes import payment_method
from pipelines.sources.currencies import currency_of
from pipelines.sources.inbox import Inbox
from pipelines.sources.meta_envelope import Id
from pipelines.sources.money import exact_number, minor
from pipelines.sources.order_versions import Totals, order_version
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier, opted_in_order_ref
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import Row


class _Amount(msgspec.Struct, gc=False):
    currency: str | None = None
    amount: Any = None


class _Contact(msgspec.Struct, gc=False):
    contact_email: str | None = None
    contact_phone: Id = None


class _Credential(msgspec.Struct, gc=False):
    provider_type: Any = None  # stripe, paypal, token
    charge_id: Id = None
    fb_payment_id: Id = None


class Payment(msgspec.Struct, gc=False):
    """A `payment` or a `pre_checkout`, which has no credential yet."""

    payload: Any = None
    amount: _Amount | None = None
    requested_user_info: _Contact | None = None
    payment_credential: _Credential | None = None


_PAYMENT = msgspec.json.Decoder(Payment, float_hook=exact_number)


def charge_of(payment: Payment) -> str | None:
    """The id of the charge, by which a payment told again is known."""
    credential = payment.payment_credential or _Credential()
    return identifier(credential.charge_id) or identifier(credential.fb_payment_id)


def paid_rows(raw: msgspec.Raw, inbox: Inbox, occurred_ms: int, person_key: str | None, message_key: str) -> tuple[str, list[Row]]:
    """The order's name, the paid order and the buyer's contacts. Raises Refusal and InvalidMoney."""
    payment = _PAYMENT.decode(raw)
    charge = charge_of(payment)
    order_ref = opted_in_order_ref(payment.payload) or f"payment:{inbox.shop.hashed('charge', charge) if charge else message_key}"
    return order_ref, _rows(payment, "paid", order_ref, inbox, occurred_ms, person_key, message_key)


def checkout_rows(raw: msgspec.Raw, inbox: Inbox, occurred_ms: int, person_key: str | None, message_key: str) -> tuple[str, list[Row]]:
    """A cart whose buyer has not paid yet. Raises Refusal and InvalidMoney."""
    payment = _PAYMENT.decode(raw)
    order_ref = opted_in_order_ref(payment.payload) or f"cart:{message_key}"
    return order_ref, _rows(payment, "cart", order_ref, inbox, occurred_ms, person_key, message_key)


def _rows(
    payment: Payment, state: str, order_ref: str, inbox: Inbox, occurred_ms: int, person_key: str | None, message_key: str
) -> list[Row]:
    if payment.amount is None:
        raise Refusal(Reason.MISSING_FIELD, "amount")
    currency = currency_of(payment.amount.currency, "amount.currency")
    totals = Totals(currency, minor(payment.amount.amount, currency))
    contact = payment.requested_user_info or _Contact()
    told = (email_identifier(contact.contact_email), phone_identifier(identifier(contact.contact_phone)))
    contacts = [(inbox.shop.person(each.kind, each.value), each.reason) for each in told if each]
    buyer = person_key or (contacts[0][0] if contacts else None)
    links = [inbox.link(occurred_ms, key, buyer, reason) for key, reason in contacts if buyer is not None and key != buyer]
    method = payment_method((payment.payment_credential or _Credential()).provider_type)
    return [*order_version(inbox, state, order_ref, occurred_ms, occurred_ms, totals, (), buyer, message_key, method), *links]
