"""Bills that a business sends in WhatsApp, and the states it tells of them."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.sources.quarantine import Reason
from pipelines.sources.rows import MessageEvent, OrderEvent, OrderLine, Row
from pipelines.sources.whatsapp import SOURCE
from tests.messaging import PHONE, chat, key, loaded, read, reasons, whatsapp


def amount(value: Any, offset: Any = 100) -> dict[str, Any]:
    return {"value": value, "offset": offset}


def bill(**changes: Any) -> dict[str, Any]:
    items = [{"retailer_id": "r1", "name": "Tea", "amount": amount(10000), "sale_amount": amount("9000", "100"), "quantity": 2}]
    order = {"status": "pending", "items": items, "subtotal": amount(18000), "tax": amount(900), "shipping": amount(500)}
    order |= {"discount": amount(400)}
    return {"reference_id": "A-17", "currency": "INR", "total_amount": amount(19000), "order": order} | changes


def echo(kind: str, parameters: dict[str, Any]) -> Any:
    told = chat(type="interactive", interactive={"type": kind, "action": {"name": "review_and_pay", "parameters": parameters}})
    told |= {"from": "15550783881", "to": PHONE}
    return whatsapp("smb_message_echoes", message_echoes=[told])


def told(kind: str, parameters: dict[str, Any]) -> list[Row]:
    return loaded(SOURCE, echo(kind, parameters))


def test_trap_35_a_bill_is_a_cart_in_value_and_offset() -> None:
    message, cart, line = told("order_details", bill())
    assert isinstance(message, MessageEvent)
    assert isinstance(cart, OrderEvent)
    assert isinstance(line, OrderLine)
    assert (message.order_ref, message.direction, cart.state, cart.order_ref) == ("no:a-17", "out", "cart", "no:a-17")
    parts = cart.gross_minor, cart.discount_minor, cart.tax_minor, cart.shipping_minor
    assert parts == (18000, 400, 900, 500)  # 180 - 4 + 9 + 5 = 190
    assert (line.product_id, line.quantity, line.gross_minor, cart.person_key) == ("r1", 2, 18000, key("phone", PHONE))


@pytest.mark.parametrize(
    ("status", "state"),
    [("processing", "confirmed"), ("partially_shipped", "shipped"), ("shipped", "shipped"), ("completed", "delivered"),
     ("canceled", "cancelled"), ("pending", None), ("on_the_moon", None)],
)  # fmt: skip
def test_a_status_is_a_state_of_the_order(status: str, state: str | None) -> None:
    _, *states = told("order_status", {"reference_id": "A-17", "order": {"status": status}})
    assert [row.state for row in states if isinstance(row, OrderEvent)] == ([state] if state else [])


def test_a_bill_that_names_no_order_is_refused() -> None:
    assert reasons(read(SOURCE, echo("order_details", bill(reference_id=None)))) == [Reason.MISSING_FIELD]
    assert reasons(read(SOURCE, echo("order_details", bill(currency="RUPEE")))) == [Reason.INVALID_CURRENCY]
    assert reasons(read(SOURCE, echo("order_details", bill(total_amount=amount(1, 0), order={"status": "pending"})))) == [
        Reason.INVALID_MONEY
    ]
