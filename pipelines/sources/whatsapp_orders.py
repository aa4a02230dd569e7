"""What WhatsApp tells of orders: carts, payments with their refunds, and purchases that Meta reads out of a chat.

A submitted cart is no order: it has no number, no tax and no payment. Prices are in major units, payments in
`value / offset`, automatic events in thousandths.
"""

from __future__ import annotations

from pipelines.sources.cells import integer_of
from pipelines.sources.codes import payment_method
from pipelines.sources.currencies import currency_of
from pipelines.sources.inbox import Inbox
from pipelines.sources.money import scaled
from pipelines.sources.order_versions import Line, Totals, line_of_unit_price, order_version, thousandths
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier, order_number_ref, product, word
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import Refund, Row
from pipelines.sources.whatsapp_format import AutomaticEvent, Order, ProductItem
from pipelines.sources.whatsapp_status_format import Method, Payment, PaymentRefund, Scaled, Transaction

_SUCCESS = frozenset({"success", "succeeded", "completed", "processed"})


def cart_rows(order: Order, inbox: Inbox, occurred_ms: int, person_key: str | None, message_key: str) -> list[Row]:
    """A submitted cart. Raises Refusal and InvalidMoney."""
    items = order.product_items or []
    if not items:
        raise Refusal(Reason.MISSING_FIELD, "order.product_items")
    currencies = {currency_of(item.currency, "order.product_items.currency") for item in items}
    if len(currencies) > 1:
        raise Refusal(Reason.INVALID_CURRENCY, "order.product_items.currency")
    currency = currencies.pop()
    lines = [_line(item, inbox, currency) for item in items]
    totals = Totals(currency, sum(line.gross_minor for line in lines))
    return order_version(inbox, "cart", f"cart:{message_key}", occurred_ms, occurred_ms, totals, lines, person_key, message_key)


def _line(item: ProductItem, inbox: Inbox, currency: str) -> Line:
    quantity = integer_of(item.quantity, "order.product_items.quantity")
    return line_of_unit_price(product(inbox.shop, item.product_retailer_id), None, quantity, item.item_price, currency)


def payment_rows(
    payment: Payment, status: str | None, inbox: Inbox, occurred_ms: int, person_key: str | None, message_key: str
) -> tuple[str, list[Row]]:
    """The order's name; a paid order if the money was captured; its refunds. Raises Refusal and InvalidMoney."""
    order_ref = order_number_ref(payment.reference_id)
    if order_ref is None:
        raise Refusal(Reason.MISSING_FIELD, "payment.reference_id")
    currency = currency_of(payment.currency, "payment.currency")
    rows: list[Row] = []
    if status == "captured" or (payment.transaction is not None and payment.transaction.status == "success"):
        totals = Totals(currency, _minor(payment.amount, currency))
        paid_by = payment.transaction or Transaction()
        method = payment_method((paid_by.method or Method()).type, paid_by.type)
        rows += order_version(inbox, "paid", order_ref, occurred_ms, occurred_ms, totals, (), person_key, message_key, method)
    for refund in payment.refunds or ():
        if word(refund.status) in _SUCCESS:
            rows.append(_refund(refund, inbox, occurred_ms, order_ref, currency, person_key))
    return order_ref, rows


def _refund(refund: PaymentRefund, inbox: Inbox, occurred_ms: int, order_ref: str, currency: str, person_key: str | None) -> Refund:
    refund_id = identifier(refund.id)
    if refund_id is None:
        raise Refusal(Reason.MISSING_FIELD, "payment.refunds.id")
    return Refund(
        **inbox.base(occurred_ms),
        refund_key=inbox.shop.hashed("refund", refund_id),
        line_key="",
        kind="total",
        currency=currency,
        refund_minor=_minor(refund.amount, currency),
        order_ref=order_ref,
        person_key=person_key,
    )


def _minor(amount: Scaled | None, currency: str) -> int:
    amount = amount or Scaled()
    return scaled(amount.value, amount.offset, currency)


def purchase_rows(event: AutomaticEvent, inbox: Inbox, occurred_ms: int, person_key: str | None, message_key: str) -> list[Row]:
    """A purchase that Meta detected: one order for each message it was read in. Raises Refusal and InvalidMoney."""
    if event.custom_data is None:
        raise Refusal(Reason.MISSING_FIELD, "custom_data")
    currency = currency_of(event.custom_data.currency, "custom_data.currency")
    totals = Totals(currency, thousandths(event.custom_data.value, currency))
    return order_version(inbox, "paid", f"auto:{message_key}", occurred_ms, occurred_ms, totals, (), person_key, message_key)
