"""Which Shopify documents are read, whose they are, and what is refused: none of them breaks the reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.contract import Delivery, Loaded, Quarantined
from pipelines.sources.quarantine import Reason
from pipelines.sources.registry import source_of
from pipelines.sources.rows import Refund
from pipelines.sources.shopify import SOURCE
from tests.shopify_deliveries import DOMAIN, created, desk, order, outcomes, reasons, rows, states


def test_where_a_document_says_which_shop_it_is_of() -> None:
    assert created(rows(order(order_status_url=f"https://{DOMAIN}:443/1/orders/x/authenticate"))).asset_id == DOMAIN
    assert created(rows(order())).asset_id == "unknown"
    assert created(rows(order(), "orders/create")).asset_id == DOMAIN


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, "wrong_shape"),
        ({"created_at": None, "updated_at": None}, "missing_field"),
        ({"created_at": "asdf"}, "invalid_timestamp"),
        ({"created_at": "2025-03-30 00:30:00"}, "invalid_timestamp"),
        ({"created_at": "1999-03-30T00:30:00Z"}, "invalid_timestamp"),
        ({"currency": "EURO"}, "invalid_currency"),
        ({"total_tax": "abc"}, "invalid_money"),
        ({"total_tax": "NaN"}, "invalid_money"),
        ({"line_items": [{"quantity": 1, "price": "abc"}]}, "invalid_money"),
        ({"line_items": [{"quantity": 1, "price": None}]}, "missing_field"),
        ({"line_items": [{"quantity": 10**9, "price": "999999999.00"}]}, "invalid_money"),
        ({"line_items": [{"quantity": 10**19, "price": "0.00"}]}, "wrong_shape"),
        ({"line_items": 5}, "wrong_shape"),
        ({"test": True}, "test_traffic"),
    ],
)
def test_orders_that_are_refused(change: dict[str, Any], reason: str) -> None:
    assert reasons(order(**change), "orders/create") == [reason]
    assert reasons({"orders": [order(), order(**change), order()]}) == [reason]


def test_an_order_without_id_and_other_documents_are_refused() -> None:
    """Fixture and what it must give: the cancelled order without an id is quarantined."""
    without_id = order()
    del without_id["id"]
    assert reasons(without_id, "orders/cancelled") == ["missing_field"]
    assert reasons(order(), "orders/create", **{"x-shopify-test": "true"}) == ["test_traffic"]
    for topic in ("products/update", "customers/create", "draft_orders/create"):
        assert reasons({"id": 1, "title": "Vase"}, topic) == ["unused"]
    assert reasons({"id": 1, "title": "Vase"}, "app/uninstalled") == ["unsupported_source"]
    assert reasons({"orders": []}) == ["empty_delivery"]


def test_which_bodies_are_taken_for_shopifys(shared: Path) -> None:
    for wrapped in (order(), {"order": order()}, {"orders": [order()]}):
        assert source_of(json.dumps(wrapped).encode(), {}) is SOURCE
    assert source_of(b'{"anything": 1}', {"x-shopify-topic": "products/update"}) is SOURCE
    for fixture in (shared / "fixtures/woocommerce-rest-api-docs").glob("*.json"):
        assert source_of(fixture.read_bytes(), {}) is not SOURCE


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("order", ["created", "authorised"]),
        ("orders", ["created", "paid"]),
        ("checkouts", ["cart"]),
        ("carts", ["cart"]),
        ("fulfillment", ["changed"]),
        ("fulfillment_event", ["changed"]),
    ],
)
def test_fixtures_of_shopifys_own_library(shared: Path, name: str, expected: list[str]) -> None:
    body = (shared / f"fixtures/shopify-python-api/{name}.json").read_bytes()
    assert source_of(body, {}) is SOURCE
    outcome, *_ = SOURCE.normalise(Delivery(body), desk())
    assert isinstance(outcome, Loaded)
    assert states(outcome.rows) == expected


def test_fixture_order_is_authorised_and_its_refund_gives_two_lines_back(shared: Path) -> None:
    folder = shared / "fixtures/shopify-python-api"
    event = created(rows(json.loads((folder / "order.json").read_bytes())))
    assert (event.order_ref, event.currency, event.gross_minor, event.discount_minor, event.tax_minor) == ("no:1001", "USD", 59700, 0, 1194)
    refunds = rows(json.loads((folder / "refund.json").read_bytes()))
    assert [(row.order_ref, row.line_key, row.refund_minor) for row in refunds if isinstance(row, Refund)] == [
        ("shopify:450789469", "703073504", 19900),
        ("shopify:450789469", "466157049", 19900),
    ]


SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
JSON = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6
)
TOPICS = st.sampled_from(
    [
        "orders/create",
        "orders/paid",
        "checkouts/create",
        "carts/update",
        "refunds/create",
        "fulfillments/create",
        "fulfillment_events/create",
    ]
)


@given(
    change=st.dictionaries(
        st.sampled_from([*order(), "refunds", "shipping_lines", "fulfillments", "note_attributes", "order_id", "status"]), JSON, max_size=4
    ),
    topic=TOPICS,
)
def test_any_document_is_one_outcome(change: dict[str, Any], topic: str) -> None:
    assert len(outcomes(order() | change, topic)) == 1


@given(body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()), topic=TOPICS | st.none())
def test_any_body_is_at_least_one_outcome(body: bytes, topic: str | None) -> None:
    headers = {"x-shopify-topic": topic} if topic else {}
    assert list(SOURCE.normalise(Delivery(body, headers), desk()))


def test_a_body_nested_too_deeply_is_refused() -> None:
    body = b'{"id":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert [outcome.reason for outcome in SOURCE.normalise(Delivery(body), desk()) if isinstance(outcome, Quarantined)] == [
        Reason.MALFORMED_JSON
    ]
