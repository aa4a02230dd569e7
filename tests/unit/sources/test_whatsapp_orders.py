"""Carts, payments, refunds and detected purchases of WhatsApp, to the minor unit."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.sources.quarantine import Reason
from pipelines.sources.rows import OrderEvent, OrderLine, Refund
from pipelines.sources.whatsapp import SOURCE
from tests.messaging import PHONE, SENT_MS, WAMID, chat, key, loaded, read, reasons, whatsapp
from tests.messaging_bodies import CART, PAYMENT


def test_a_cart_is_the_sum_of_its_items() -> None:
    items = [
        {"product_retailer_id": "a", "quantity": 3, "item_price": 30, "currency": "ILS"},
        {"product_retailer_id": "b", "quantity": "2", "item_price": "35", "currency": "ils"},
        {"product_retailer_id": "c", "quantity": 2, "item_price": 10.00, "currency": "ILS"},
    ]
    event, order, *lines = loaded(SOURCE, whatsapp(messages=[chat(type="order", order={"catalog_id": "1", "product_items": items})]))
    assert (event.kind, event.person_key) == ("cart", key("phone", PHONE))
    assert isinstance(order, OrderEvent)
    assert (order.state, order.order_ref, order.currency, order.gross_minor) == ("cart", f"cart:{event.message_key}", "ILS", 18000)
    assert [(line.product_id, line.quantity, line.gross_minor) for line in lines] == [("a", 3, 9000), ("b", 2, 7000), ("c", 2, 2000)]
    assert {line.version_key for line in lines if isinstance(line, OrderLine)} == {order.version_key}


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"item_price": "abc"}, Reason.INVALID_MONEY),
        ({"item_price": None}, Reason.INVALID_MONEY),
        ({"item_price": 10**15}, Reason.INVALID_MONEY),
        ({"currency": "EURO"}, Reason.INVALID_CURRENCY),
        ({"currency": None}, Reason.MISSING_FIELD),
        ({"quantity": 1.5}, Reason.WRONG_SHAPE),
        ({"quantity": None}, Reason.WRONG_SHAPE),
    ],
)
def test_a_broken_cart_is_refused(broken: dict[str, Any], reason: Reason) -> None:
    order = {"product_items": [CART["product_items"][0] | broken]}
    messages = [chat(type="order", order=order), chat(type="text", text={"body": "x"})]
    assert reasons(read(SOURCE, whatsapp(messages=messages))) == [reason, None]


def test_a_cart_has_one_currency() -> None:
    items = [CART["product_items"][0] | {"currency": currency} for currency in ("EUR", "USD")]
    assert reasons(read(SOURCE, whatsapp(messages=[chat(type="order", order={"product_items": items})]))) == [Reason.INVALID_CURRENCY]


def payment_status(**told: Any) -> dict[str, Any]:
    return {"id": WAMID, "type": "payment", "timestamp": str(SENT_MS // 1000), "recipient_id": PHONE} | told


def test_a_captured_payment_is_paid_and_its_refunds_are_its_own() -> None:
    event, paid, refund = loaded(SOURCE, whatsapp(statuses=[payment_status(status="captured", payment=PAYMENT)]))
    assert (event.kind, event.status, event.order_ref) == ("payment", "captured", "no:a-17")
    assert isinstance(paid, OrderEvent)
    assert isinstance(refund, Refund)
    assert (paid.state, paid.order_ref, paid.gross_minor, paid.currency) == ("paid", "no:a-17", 21000, "INR")
    assert (refund.refund_minor, refund.order_ref, refund.kind) == (100, "no:a-17", "total")
    [pending] = loaded(SOURCE, whatsapp(statuses=[payment_status(status="pending", payment={"reference_id": "A-17", "currency": "INR"})]))
    assert (pending.kind, pending.status) == ("payment", "pending")


@pytest.mark.parametrize(
    ("value", "currency", "minor"), [(25000, "USD", 2500), (25000, "JPY", 25), (1234, "KWD", 1234), ("1234.5", "USD", 123)]
)
def test_a_detected_purchase_is_told_in_thousandths(value: Any, currency: str, minor: int) -> None:
    told = {"id": WAMID, "event_name": "Purchase", "timestamp": SENT_MS // 1000, "custom_data": {"currency": currency, "value": value}}
    event, paid = loaded(SOURCE, whatsapp("automatic_events", automatic_events=[told]))
    assert (paid.state, paid.gross_minor, paid.currency) == ("paid", minor, currency)
    assert paid.order_ref == event.order_ref == f"auto:{event.refers_to_key}"
    [lead] = loaded(SOURCE, whatsapp("automatic_events", automatic_events=[told | {"event_name": "LeadSubmitted"}]))
    assert lead.kind == "lead"
