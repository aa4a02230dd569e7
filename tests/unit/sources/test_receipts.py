"""Receipts in a thread: the order they confirm, to the cent, whatever the order of their lines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.messenger import SOURCE
from pipelines.sources.money import MICRO
from pipelines.sources.quarantine import Reason
from pipelines.sources.rows import OrderEvent, OrderLine
from tests.messaging import PAGE, PSID, SENT_MS, echo, event, items, loaded, new_desk, read, reasons
from tests.messaging_bodies import RECEIPT


def test_a_receipt_confirms_an_order() -> None:
    desk = new_desk()
    told = items(echo(attachments=[{"type": "template", "payload": RECEIPT}]))
    message, order, *lines = loaded(SOURCE, told, desk=desk)
    assert (message.kind, message.order_ref) == ("receipt", "no:12345678902")
    assert isinstance(order, OrderEvent)
    assert (order.state, order.occurred_ms, order.told_ms) == ("confirmed", 1428444852000, SENT_MS)  # 2015-04-07T22:14:12Z
    assert (order.gross_minor, order.discount_minor, order.tax_minor, order.shipping_minor) == (7500, 3000, 619, 495)
    assert order.gross_minor - order.discount_minor + order.tax_minor + order.shipping_minor == 5614
    assert order.person_key == message.person_key == desk.shop("messenger", PAGE).person("messenger", PSID)
    assert [(line.quantity, line.gross_minor, line.unit_price_micro) for line in lines] == [(2, 5000, 25 * MICRO), (1, 2500, 25 * MICRO)]
    assert {line.version_key for line in lines} == {order.version_key}


@given(order=st.permutations(RECEIPT["elements"] * 2))
def test_the_order_of_a_receipts_elements_says_nothing(order: list[dict[str, Any]]) -> None:
    def told(elements: list[dict[str, Any]]) -> tuple[str | None, frozenset[str]]:
        payload = RECEIPT | {"elements": elements}
        _, event_row, *lines = loaded(SOURCE, items(echo(attachments=[{"type": "template", "payload": payload}])))
        return event_row.version_key, frozenset(line.line_key for line in lines if isinstance(line, OrderLine))

    assert told(order) == told(RECEIPT["elements"] * 2)
    assert len(told(order)[1]) == 4


@given(cents=st.integers(0, 10**9), pieces=st.integers(1, 50))
def test_a_receipt_line_is_its_price_whatever_the_quantity(cents: int, pieces: int) -> None:
    element = {"title": "Vase", "quantity": pieces, "price": "@"}
    body = items(echo(attachments=[{"type": "template", "payload": RECEIPT | {"elements": [element], "summary": None}}]))
    number = f"{cents // 100}.{cents % 100:02}"
    _, order, line = loaded(SOURCE, json.dumps(body).replace('"@"', number).encode())
    assert (line.gross_minor, line.quantity, line.line_rounding_micro, order.gross_minor) == (cents, pieces, 0, cents)
    assert line.unit_price_micro in (cents * 10_000, cents * 10_000 / pieces)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"order_number": None}, Reason.MISSING_FIELD),
        ({"order_number": " # "}, Reason.MISSING_FIELD),
        ({"currency": None}, Reason.MISSING_FIELD),
        ({"currency": "EURO"}, Reason.INVALID_CURRENCY),
        ({"currency": "EUR"}, Reason.INVALID_CURRENCY),  # its elements are in USD
        ({"summary": {"subtotal": "abc"}}, Reason.INVALID_MONEY),
        ({"summary": {"subtotal": 1e300}}, Reason.INVALID_MONEY),
        ({"elements": [{"price": "1.2345678"}]}, Reason.INVALID_MONEY),
        ({"elements": [{"price": 1, "quantity": 1.5}]}, Reason.WRONG_SHAPE),
        ({"elements": None, "summary": None}, Reason.MISSING_FIELD),
        ({"timestamp": "asdf"}, Reason.INVALID_TIMESTAMP),
    ],
)
def test_a_broken_receipt_is_refused(broken: dict[str, Any], reason: Reason) -> None:
    body = items(echo(attachments=[{"type": "template", "payload": RECEIPT | broken}]), event(message={"mid": "m", "text": "x"}))
    assert reasons(read(SOURCE, body)) == [reason, None]
