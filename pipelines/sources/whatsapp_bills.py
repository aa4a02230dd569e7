"""Bills that a business sends in WhatsApp (`order_details`) and what it tells of them later (`order_status`).

Format: https://developers.facebook.com/documentation/business-messaging/whatsapp/payments. Amounts are `value / offset`, both
integers or strings; total = subtotal + tax + shipping - discount. A bill is a cart until somebody tells that it is paid.
"""

from __future__ import annotations

from typing import Any

import msgspec

from pipelines.sources.cells import integer_of
from pipelines.sources.currencies import currency_of
from pipelines.sources.inbox import Inbox
from pipelines.sources.meta_envelope import Id
from pipelines.sources.money import exact, exact_number, scaled
from pipelines.sources.order_versions import Line, Totals, line_of_unit_price, order_version
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import order_number_ref, product
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import OrderEvent, Row
from warehouse.currency import exponent

BILL, STATUS = "order_details", "order_status"
_STATES = {
    "processing": "confirmed",
    "partially_shipped": "shipped",
    "shipped": "shipped",
    "completed": "delivered",
    "canceled": "cancelled",
    "cancelled": "cancelled",
}


class _Amount(msgspec.Struct, gc=False):
    value: Any = None
    offset: Any = None


class _Item(msgspec.Struct, gc=False):
    retailer_id: Id = None
    name: str | None = None
    amount: _Amount | None = None
    sale_amount: _Amount | None = None
    quantity: Any = None


class _Order(msgspec.Struct, gc=False):
    status: str | None = None
    items: list[_Item] | None = None
    subtotal: _Amount | None = None
    tax: _Amount | None = None
    shipping: _Amount | None = None
    discount: _Amount | None = None


class _Parameters(msgspec.Struct, gc=False):
    reference_id: Id = None
    currency: str | None = None
    total_amount: _Amount | None = None
    order: _Order | None = None


class _Action(msgspec.Struct, gc=False):
    parameters: _Parameters | None = None


class _Interactive(msgspec.Struct, gc=False):
    action: _Action | None = None


class _Message(msgspec.Struct, gc=False):
    interactive: _Interactive


_MESSAGE = msgspec.json.Decoder(_Message, float_hook=exact_number)


def bill_rows(raw: msgspec.Raw, inbox: Inbox, occurred_ms: int, person_key: str | None, message_key: str) -> tuple[str, list[Row]]:
    """The order's name, and the bill as a cart or the state of its order. Raises Refusal and InvalidMoney."""
    action = _MESSAGE.decode(raw).interactive.action
    told = (action.parameters if action else None) or _Parameters()
    order_ref = order_number_ref(told.reference_id)
    if order_ref is None or told.order is None:
        raise Refusal(Reason.MISSING_FIELD, "reference_id" if order_ref is None else "order")
    if told.total_amount is None and told.order.items is None:
        return order_ref, _state_rows(told.order.status, inbox, occurred_ms, person_key, order_ref, message_key)
    currency = currency_of(told.currency, "currency")
    lines = [_line(item, inbox, currency) for item in told.order.items or ()]
    order = told.order
    tax, shipping, discount = (None if part is None else _minor(part, currency) for part in (order.tax, order.shipping, order.discount))
    if order.subtotal is not None:
        gross = _minor(order.subtotal, currency)
    elif told.total_amount is not None:
        gross = _minor(told.total_amount, currency) - (tax or 0) - (shipping or 0) + (discount or 0)
    else:
        gross = sum(line.gross_minor for line in lines)
    totals = Totals(currency, gross, discount, tax, shipping)
    return order_ref, order_version(inbox, "cart", order_ref, occurred_ms, occurred_ms, totals, lines, person_key, message_key)


def _state_rows(status: str | None, inbox: Inbox, occurred_ms: int, person_key: str | None, order_ref: str, message_key: str) -> list[Row]:
    state = _STATES.get((status or "").lower())
    if state is None:
        return []
    return [
        OrderEvent(
            **inbox.base(occurred_ms),
            asset_id=inbox.asset_id,
            order_ref=order_ref,
            state=state,
            told_ms=occurred_ms,
            person_key=person_key,
            message_key=message_key,
        )
    ]


def _line(item: _Item, inbox: Inbox, currency: str) -> Line:
    """An item is told by the price of one piece, or by a sale price below it."""
    quantity = 1 if item.quantity is None else integer_of(item.quantity, "order.items.quantity")
    price = item.sale_amount or item.amount or _Amount()
    unit_price = exact(_minor(price, currency)).scaleb(-exponent(currency))
    return line_of_unit_price(product(inbox.shop, item.retailer_id), item.name, quantity, unit_price, currency)


def _minor(amount: _Amount, currency: str) -> int:
    return scaled(amount.value, amount.offset, currency)
