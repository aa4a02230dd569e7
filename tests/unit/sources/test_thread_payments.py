"""The payments beta of Messenger: a payment is a paid order, known by its charge or by the order its payload names."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.sources.messenger import SOURCE
from pipelines.sources.quarantine import Reason
from pipelines.sources.rows import IdentityLink, OrderEvent
from tests.messaging import PSID, event, items, key, loaded, read, reasons


def payment(**changes: Any) -> dict[str, Any]:
    told = {"payload": "DEVELOPER_DEFINED_PAYLOAD", "amount": {"currency": "USD", "amount": "29.62"}}
    told |= {"requested_user_info": {"contact_email": "Ada@Example.com", "contact_phone": "+15105551234"}}
    return told | {"payment_credential": {"provider_type": "stripe", "charge_id": "ch_1"}} | changes


def paid(**changes: Any) -> OrderEvent:
    (row,) = (row for row in loaded(SOURCE, items(event(payment=payment(**changes)))) if isinstance(row, OrderEvent))
    return row


@pytest.mark.parametrize(
    ("amount", "currency", "minor"), [("29.62", "USD", 2962), (29.62, "usd", 2962), (1500, "JPY", 1500), ("1.005", "KWD", 1005)]
)
def test_trap_35_the_amount_is_a_string_or_a_number(amount: Any, currency: str, minor: int) -> None:
    order = paid(amount={"currency": currency, "amount": amount})
    assert (order.state, order.gross_minor, order.currency, order.person_key) == ("paid", minor, currency.upper(), key("messenger", PSID))


def test_a_payment_is_known_by_its_charge_or_by_the_order_it_names() -> None:
    assert paid().order_ref == paid(payload="told otherwise").order_ref
    assert paid().order_ref != paid(payment_credential={"charge_id": "ch_2"}).order_ref
    assert paid(payload="order_1017").order_ref == "no:1017"
    assert "ch_1" not in paid().order_ref


def test_contacts_belong_to_the_thread() -> None:
    rows = loaded(SOURCE, items(event(payment=payment())))
    links = {(row.reason, row.person_key, row.linked_key) for row in rows if isinstance(row, IdentityLink)}
    thread = key("messenger", PSID)
    assert links == {
        ("customer_email", key("email", "ada@example.com"), thread),
        ("customer_phone", key("phone", "15105551234"), thread),
    }


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"amount": None}, Reason.MISSING_FIELD),
        ({"amount": {"currency": "USD"}}, Reason.INVALID_MONEY),
        ({"amount": {"currency": "US", "amount": 1}}, Reason.INVALID_CURRENCY),
    ],
)
def test_a_payment_without_its_money_is_refused(change: dict[str, Any], reason: Reason) -> None:
    assert reasons(read(SOURCE, items(event(payment=payment(**change))))) == [reason]
