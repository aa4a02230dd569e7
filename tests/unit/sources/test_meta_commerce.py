"""Orders of Facebook and Instagram Shops as the Graph API tells them, their refunds and cancellations."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.sources.contract import Delivery, Loaded, Outcome, Quarantined
from pipelines.sources.desk import Desk, ShopSettings
from pipelines.sources.meta_commerce import SOURCE
from pipelines.sources.quarantine import Reason
from pipelines.sources.registry import source_of
from pipelines.sources.rows import OrderEvent, OrderLine, OrderReference, Refund, Row

ACCOUNT = "2041134"
TOLD_MS = 1_772_366_400_000


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def order(**changes: Any) -> dict[str, Any]:
    told = {"id": "64000841790004", "order_status": {"state": "CREATED"}, "channel": "instagram", "merchant_order_id": "46192"}
    told |= {"created": "2026-01-14T19:17:31+00:00", "last_updated": "2026-01-14T19:47:35+00:00"}
    told |= {"items": {"data": [{"id": "1", "product_id": "p", "retailer_id": "r", "quantity": 2, "price_per_unit": usd("5.5")}]}}
    details = {"subtotal": {"items": usd("11.00"), "shipping": usd("10.00")}, "tax": usd("0.45"), "total_amount": usd("20.45")}
    return told | {"estimated_payment_details": details, "buyer_details": {"name": "A", "email": "alias@relay.example"}} | changes


def outcomes(body: Any, **headers: str) -> list[Outcome]:
    settings = {("meta_commerce", ACCOUNT): ShopSettings("blumen", "USD", "UTC")}
    named = {f"x-threadmart-{name}": value for name, value in headers.items()}
    return list(SOURCE.normalise(Delivery(json.dumps(body).encode(), named, TOLD_MS), Desk(settings, lambda _shop: bytes(32))))


def rows(body: Any, **headers: str) -> tuple[Row, ...]:
    (outcome,) = outcomes(body, **headers)
    assert isinstance(outcome, Loaded), outcome
    return outcome.rows


def states(told: tuple[Row, ...]) -> list[str]:
    return [row.state for row in told if isinstance(row, OrderEvent)]


def test_an_order_and_what_it_comes_to() -> None:
    body = {"data": [order()], "paging": {"cursors": {"after": "x"}}}
    assert source_of(json.dumps(body).encode(), {}) is SOURCE
    event, line, authorised, reference = rows(body, asset=ACCOUNT)
    assert isinstance(event, OrderEvent)
    assert (event.shop_id, event.asset_id, event.order_ref, event.person_key) == ("blumen", ACCOUNT, "no:46192", None)
    assert (event.gross_minor, event.discount_minor, event.tax_minor, event.shipping_minor) == (1100, 0, 45, 1000)
    assert isinstance(line, OrderLine)
    assert (line.product_id, line.quantity, line.gross_minor, line.version_key) == ("r", 2, 1100, event.version_key)
    assert isinstance(authorised, OrderEvent)
    assert (event.state, authorised.state) == ("created", "authorised")
    assert isinstance(reference, OrderReference)
    assert (reference.order_ref, reference.same_as_ref) == ("meta_commerce:64000841790004", "no:46192")


def test_the_account_is_told_around_the_page_or_in_its_address() -> None:
    page = {"data": [order()], "paging": {"next": f"https://graph.facebook.com/v25.0/{ACCOUNT}/commerce_orders?after=x"}}
    for body in (page, {"id": int(ACCOUNT), "commerce_orders": {"data": [order()]}}):
        assert rows(body)[0].shop_id == "blumen"
    assert getattr(rows(order())[0], "asset_id", "") == "unknown"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("FB_PROCESSING", ["cart"]),
        ("CREATED", ["created", "authorised"]),
        ("IN_PROGRESS", ["created", "authorised"]),
        ("COMPLETED", ["created", "paid", "shipped"]),
        ("SOMETHING_NEW", ["created"]),
    ],
)
def test_trap_38_an_order_that_may_vanish_is_a_cart(state: str, expected: list[str]) -> None:
    assert states(rows(order(order_status={"state": state}))) == expected


def test_trap_8_ids_are_text() -> None:
    told = rows(order(id=23846784938030398, merchant_order_id=None))
    assert getattr(told[0], "order_ref", "") == "meta_commerce:23846784938030398"


def test_trap_37_signs_of_a_refund_differ() -> None:
    amount = {"subtotal": usd("1.00"), "shipping": usd("10.00"), "tax": usd("-1.02"), "total": usd("12.02")}
    told = rows({"data": [{"id": "7", "refund_amount": amount}]}, asset=ACCOUNT, order="64000841790004")
    assert {row.order_ref for row in told if isinstance(row, Refund)} == {"meta_commerce:64000841790004"}
    parts = {row.kind: row.refund_minor for row in told if isinstance(row, Refund)}
    assert parts == {"total": 1202, "goods": 100, "shipping": 1000, "tax": 102}
    kept = rows(order(refunds={"data": [{"id": "7", "refund_amount": amount | {"total": usd("5.00")}}]}))
    assert {row.kind: row.refund_minor for row in kept if isinstance(row, Refund)} == parts | {"total": 500, "discrepancy": -702}


def test_cancellations() -> None:
    assert states(rows({"data": [{"cancel_reason": {"reason_code": "OUT_OF_STOCK"}}]}, order="64")) == ["cancelled"]
    address = {"previous": "https://graph.facebook.com/v25.0/64/cancellations?before=x"}
    body = {"data": [{"cancel_reason": {}, "items": {"data": [{"retailer_id": "r", "quantity": 1}]}}], "paging": address}
    assert states(rows(body)) == ["changed"]
    assert outcomes({"data": [{"cancel_reason": {}}]}) == [Quarantined(Reason.MISSING_FIELD, "order")]


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"is_test_order": True}, Quarantined(Reason.TEST_TRAFFIC, "is_test_order")),
        ({"created": "yesterday"}, Quarantined(Reason.INVALID_TIMESTAMP, "created")),
        ({"items": None, "estimated_payment_details": None}, Quarantined(Reason.MISSING_FIELD, "price_per_unit.currency")),
        ({"items": {"data": [{"quantity": 1, "price_per_unit": {"amount": "x", "currency": "USD"}}]}},
         Quarantined(Reason.INVALID_MONEY, "items.data[0].price_per_unit.amount")),
        ({"items": {"data": [{"quantity": 1, "price_per_unit": {"amount": "1", "currency": "EUR"}}]}},
         Quarantined(Reason.INVALID_CURRENCY, "price_per_unit.currency")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused(change: dict[str, Any], refused: Quarantined) -> None:
    assert outcomes({"data": [order(**change)]}) == [refused]
