"""Meta's commerce orders -> canonical rows.

The buyer stays unknown: of a person Meta tells an alias e-mail address alone. Orders in FB_PROCESSING may vanish, they are
carts; Meta takes the money, so an order is authorised at once and paid when it is completed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pipelines.sources.currencies import currency_of
from pipelines.sources.inbox import Inbox
from pipelines.sources.instants import epoch_ms
from pipelines.sources.meta_commerce_format import Amount, Cancellation, Item, Order, Refund
from pipelines.sources.money import minor
from pipelines.sources.order_versions import Line, Totals, line_of_unit_price, order_version
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import order_number_ref, product
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import OrderEvent, OrderReference, Row
from pipelines.sources.rows import Refund as RefundRow

_PROCESSING = "FB_PROCESSING"
_STATES = {"CREATED": ("authorised",), "IN_PROGRESS": ("authorised",), "COMPLETED": ("paid", "shipped")}


def order_rows(order: Order, inbox: Inbox) -> list[Row]:
    """An order with its lines and totals, its further states, refunds and names. Raises InvalidMoney, Refusal."""
    if order.is_test_order:
        raise Refusal(Reason.TEST_TRAFFIC, "is_test_order")
    created_ms = epoch_ms(order.created, "created")
    told_ms = created_ms if order.last_updated is None else epoch_ms(order.last_updated, "last_updated")
    name = f"meta_commerce:{order.id}"
    order_ref = order_number_ref(order.merchant_order_id) or name
    state = order.order_status.state.upper()
    currency = _currency(order)
    lines = [_line(item, inbox, currency) for item in order.items.data] if order.items else []
    first = "cart" if state == _PROCESSING else "created"
    rows = order_version(inbox, first, order_ref, created_ms, told_ms, _totals(order, lines, currency), lines, None, None)
    rows += (_state(inbox, order_ref, each, told_ms) for each in _STATES.get(state, ()))
    for refund in order.refunds.data if order.refunds else ():
        rows += refund_rows(refund, inbox, str(order.id), told_ms)
    for cancellation in order.cancellations.data if order.cancellations else ():
        rows += cancellation_rows(cancellation, inbox, str(order.id), told_ms)
    if name != order_ref:
        rows.append(OrderReference(**inbox.base(created_ms), order_ref=name, same_as_ref=order_ref))
    return rows


def refund_rows(refund: Refund, inbox: Inbox, order_id: str | None, told_ms: int) -> Iterator[RefundRow]:
    """The sum and its parts; what was kept of them (the fee of a return) is a discrepancy. Raises InvalidMoney, Refusal."""
    told = refund.refund_amount
    refunded_ms = _when(refund.created, told_ms)
    parts = {"goods": told.subtotal, "shipping": told.shipping, "tax": told.tax}
    first = told.total or next((part for part in parts.values() if part), None)
    if first is None:
        raise Refusal(Reason.MISSING_FIELD, "refund_amount")
    currency = currency_of(first.currency, "refund_amount.currency")
    amounts = {kind: _given_back(part, currency) for kind, part in parts.items() if part}
    if told.total:
        total, known = _given_back(told.total, currency), sum(amounts.values())
        amounts = {"total": total} | amounts | ({"discrepancy": total - known} if total < known else {})
    for kind, refund_minor in amounts.items():
        yield RefundRow(
            **inbox.base(refunded_ms),
            refund_key=f"meta_commerce:{refund.id}",
            line_key="",
            kind=kind,
            currency=currency,
            refund_minor=refund_minor,
            order_ref=f"meta_commerce:{order_id}" if order_id else None,
        )


def cancellation_rows(cancellation: Cancellation, inbox: Inbox, order_id: str | None, told_ms: int) -> list[Row]:
    """A cancelled order, or a change of one that lost some of its items. Raises Refusal."""
    if order_id is None:
        raise Refusal(Reason.MISSING_FIELD, "order")
    is_whole = not (cancellation.items and cancellation.items.data)
    occurred_ms = _when(cancellation.created, told_ms)
    return [_state(inbox, f"meta_commerce:{order_id}", "cancelled" if is_whole else "changed", occurred_ms)]


def _when(told: datetime | None, otherwise_ms: int) -> int:
    """The event's own time, else that of its order or of the answer. Raises Refusal."""
    if told is not None:
        return epoch_ms(told, "created")
    if not otherwise_ms:
        raise Refusal(Reason.INVALID_TIMESTAMP, "created")
    return otherwise_ms


def _state(inbox: Inbox, order_ref: str, state: str, occurred_ms: int) -> OrderEvent:
    return OrderEvent(**inbox.base(occurred_ms), asset_id=inbox.asset_id, order_ref=order_ref, state=state, told_ms=occurred_ms)


def _currency(order: Order) -> str:
    payment = order.estimated_payment_details
    told = payment.subtotal.items if payment and payment.subtotal else None
    told = told or (order.items.data[0].price_per_unit if order.items and order.items.data else None)
    return currency_of(told.currency if told else None, "price_per_unit.currency")


def _totals(order: Order, lines: list[Line], currency: str) -> Totals:
    payment = order.estimated_payment_details
    subtotal = payment.subtotal if payment else None
    items = subtotal.items if subtotal else None
    shipping, tax = subtotal.shipping if subtotal else None, payment.tax if payment else None
    gross_minor = minor(items.amount, currency) if items else sum(line.gross_minor for line in lines)
    return Totals(
        currency,
        max(gross_minor, sum(line.gross_minor for line in lines)),
        max(0, sum(line.gross_minor for line in lines) - gross_minor),
        minor(tax.amount, currency) if tax else None,
        minor(shipping.amount, currency) if shipping else None,
    )


def _line(item: Item, inbox: Inbox, currency: str) -> Line:
    if currency_of(item.price_per_unit.currency, "price_per_unit.currency") != currency:
        raise Refusal(Reason.INVALID_CURRENCY, "price_per_unit.currency")
    named = product(inbox.shop, item.retailer_id, item.product_id)
    return line_of_unit_price(named, None, item.quantity, item.price_per_unit.amount, currency)


def _given_back(part: Amount, currency: str) -> int:
    if currency_of(part.currency, "refund_amount.currency") != currency:
        raise Refusal(Reason.INVALID_CURRENCY, "refund_amount.currency")
    return abs(minor(part.amount, currency))
