"""The receipt template: the message by which a shop confirms an order in the thread.

Format: https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/templates/receipt
`element.price` is the total of its line: only so does the subtotal of Meta's own sample add up (50 + 25 = 75).
Positive adjustments are discounts (75 + 4.95 + 6.19 - 30 = 56.14).
"""

from __future__ import annotations

import msgspec

from pipelines.sources.cells import integer_of, minor_of
from pipelines.sources.codes import payment_method
from pipelines.sources.currencies import currency_of
from pipelines.sources.inbox import Inbox
from pipelines.sources.meta_time import meta_ms
from pipelines.sources.order_versions import Line, Totals, amount, line_of_total, order_version
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import order_number_ref
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import Row
from pipelines.sources.thread_format import RECEIPT, Receipt, ReceiptSummary


def receipt_rows(payload: msgspec.Raw, inbox: Inbox, told_ms: int, person_key: str | None, message_key: str) -> tuple[str, list[Row]]:
    """The order's name, and its rows. Raises Refusal and InvalidMoney."""
    receipt = RECEIPT.decode(payload)
    order_ref = order_number_ref(receipt.order_number)
    if order_ref is None:
        raise Refusal(Reason.MISSING_FIELD, "order_number")
    currency = currency_of(receipt.currency, "currency")
    lines = _lines(receipt, currency)
    occurred_ms = told_ms if receipt.timestamp is None else meta_ms(receipt.timestamp, "receipt.timestamp")
    totals = _totals(receipt, lines, currency)
    method = payment_method(receipt.payment_method)
    return order_ref, order_version(inbox, "confirmed", order_ref, occurred_ms, told_ms, totals, lines, person_key, message_key, method)


def _lines(receipt: Receipt, currency: str) -> list[Line]:
    lines = []
    for element in receipt.elements or ():
        if element.currency is not None and currency_of(element.currency, "elements.currency") != currency:
            raise Refusal(Reason.INVALID_CURRENCY, "elements.currency")
        quantity = 1 if element.quantity is None else integer_of(element.quantity, "elements.quantity")
        lines.append(line_of_total(None, element.title, quantity, element.price, currency))
    return lines


def _totals(receipt: Receipt, lines: list[Line], currency: str) -> Totals:
    """The subtotal where it is told, else the sum of the lines, else what the total leaves."""
    summary = receipt.summary or ReceiptSummary()
    discount = sum(minor_of(adjustment.amount, currency) for adjustment in receipt.adjustments or ())
    tax, shipping = amount(summary.total_tax, currency), amount(summary.shipping_cost, currency)
    gross, total = amount(summary.subtotal, currency), amount(summary.total_cost, currency)
    if gross is None and lines:
        gross = sum(line.gross_minor for line in lines)
    if gross is None and total is not None:
        gross = total - (tax or 0) - (shipping or 0) + discount
    if gross is None:
        raise Refusal(Reason.MISSING_FIELD, "summary")
    return Totals(currency, gross, discount, tax, shipping)
