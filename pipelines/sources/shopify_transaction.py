"""Shopify transactions: money that moved for an order, as REST tells it and as Fivetran's table does."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from pipelines.sources.codes import payment_method
from pipelines.sources.currencies import currency_of
from pipelines.sources.instants import epoch_ms
from pipelines.sources.money import minor
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import Row
from pipelines.sources.shopify_documents import Id, Part
from pipelines.sources.shopify_fulfillment import State
from pipelines.sources.shopify_order import Telling, state_row
from pipelines.sources.shopify_refund import RefundRows

_STATES = {"sale": "paid", "capture": "paid", "authorization": "authorised"}


class Transaction(Part):
    """`refund_id` is told by the table alone, `payout_id` by what the shop is paid out."""

    id: Id
    kind: str | None = None
    payout_id: Id | None = None
    order_id: Id | None = None
    refund_id: Id | None = None
    amount: Decimal | None = None
    currency: str | None = None
    status: str | None = None
    gateway: Any = None
    created_at: datetime | None = None
    test: bool | None = None


def transaction_rows(transaction: Transaction, telling: Telling) -> list[Row]:
    """A payment, or a refund as one sum; `changed` for what failed or moved no money. Raises InvalidMoney, Refusal."""
    if transaction.test:
        raise Refusal(Reason.TEST_TRAFFIC, "test")
    if transaction.payout_id is not None:
        raise Refusal(Reason.UNUSED, "payout_id")
    if transaction.order_id is None or transaction.created_at is None:
        raise Refusal(Reason.MISSING_FIELD, "order_id" if transaction.order_id is None else "created_at")
    occurred_ms = epoch_ms(transaction.created_at, "created_at")
    has_moved = transaction.status in (None, "success")
    if transaction.kind == "refund" and transaction.refund_id is not None and has_moved:
        currency = currency_of(transaction.currency or telling.shop.settings.currency, "currency")
        refunded = RefundRows(telling.shop, transaction.refund_id, transaction.order_id, occurred_ms, currency)
        refunded.add(f"transaction:{transaction.id}", "total", abs(minor(transaction.amount, currency)))
        return [*refunded.rows]
    state = _STATES.get(transaction.kind or "", "changed") if has_moved else "changed"
    row = state_row(telling, transaction.order_id, State(state, occurred_ms))
    if state != "changed":
        row.payment_method = payment_method(transaction.gateway)
    return [row]
