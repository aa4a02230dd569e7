"""Shopify's money: an order is what its customer pays, and a wholly refunded one nets to nothing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given

from pipelines.sources.contract import Loaded
from pipelines.sources.rows import OrderEvent, OrderLine, Refund
from pipelines.sources.shopify_tables import TABLE
from pipelines.sources.tables import read_csv
from tests.shopify_deliveries import created, desk, order, orders, rows, whole_refund


@given(document=orders())
def test_the_amounts_of_an_order_are_what_its_customer_pays(document: dict[str, Any]) -> None:
    told = rows(document, "orders/create")
    event = created(told)
    lines = [row for row in told if isinstance(row, OrderLine)]
    assert None not in (event.gross_minor, event.discount_minor, event.tax_minor, event.shipping_minor)
    paid = event.gross_minor - event.discount_minor + event.tax_minor + event.shipping_minor  # type: ignore[operator]
    assert paid == Decimal(document["total_price"]) * 100
    assert event.gross_minor == sum(line.gross_minor for line in lines)
    assert event.discount_minor == sum(line.discount_minor for line in lines)
    assert all(0 <= line.discount_minor <= line.gross_minor for line in lines)
    assert {line.version_key for line in lines} == {event.version_key}
    assert len({line.line_key for line in lines}) == len(lines)


@given(document=orders())
def test_a_wholly_refunded_order_nets_to_nothing(document: dict[str, Any]) -> None:
    told = rows(document | {"refunds": [whole_refund(document)]}, "orders/updated")
    event = created(told)
    goods = sum(row.refund_minor for row in told if isinstance(row, Refund) and row.kind == "goods")
    assert event.gross_minor - event.discount_minor - goods == 0  # type: ignore[operator]
    taxes = sum(row.refund_minor for row in told if isinstance(row, Refund) and row.kind == "tax")
    assert taxes == sum(Decimal(item["tax_lines"][0]["price"]) * 100 for item in document["line_items"])


@given(document=orders().filter(lambda told: all(Decimal(item["tax_lines"][0]["price"]) > 1 for item in told["line_items"])))
def test_a_refund_told_alone_is_the_refund_told_in_its_order(document: dict[str, Any]) -> None:
    refund = whole_refund(document)
    in_order = [row for row in rows(document | {"refunds": [refund]}, "orders/updated") if isinstance(row, Refund)]
    assert list(rows(refund, "refunds/create")) == in_order
    assert {row.order_ref for row in in_order} == {"shopify:5778367414385"}


def test_adjustments_below_zero_are_the_customers() -> None:
    adjustments = [
        {"id": 1, "kind": "shipping_refund", "amount": "-4.65", "tax_amount": "-0.35"},
        {"id": 2, "kind": "refund_discrepancy", "amount": "-5.15", "tax_amount": "0.00"},
        {"id": 3, "kind": "refund_discrepancy", "amount": "2.00", "tax_amount": None},
    ]
    refund = {"id": 900, "order_id": 1, "created_at": "2025-04-02T12:00:00Z", "refund_line_items": [], "order_adjustments": adjustments}
    told = [(row.kind, row.line_key, row.refund_minor) for row in rows(refund, "refunds/create") if isinstance(row, Refund)]
    assert told == [
        ("shipping", "adjustment:1", 465),
        ("tax", "adjustment_tax:1", 35),
        ("discrepancy", "adjustment:2", 515),
        ("discrepancy", "adjustment:3", -200),
    ]


def test_a_refund_without_amounts_changes_its_order_and_a_line_told_twice_is_one_row() -> None:
    refund = {"id": 900, "order_id": 1, "created_at": "2025-04-02T12:00:00Z", "refund_line_items": []}
    (event,) = rows(refund, "refunds/create")
    assert isinstance(event, OrderEvent)
    assert (event.state, event.order_ref) == ("changed", "shopify:1")
    line = {"line_item_id": 5, "quantity": 1, "subtotal": 2.5}
    (row,) = rows(refund | {"refund_line_items": [line, line | {"restock_type": "no_restock"}]}, "refunds/create")
    assert isinstance(row, Refund)
    assert (row.line_key, row.refund_minor, row.quantity) == ("5", 500, 2)


def test_presentment_money_gift_cards_and_unassigned_discounts() -> None:
    card = {"id": 12, "title": "Gift card", "quantity": 1, "price": "50.00", "gift_card": True}
    document = order(total_discounts="25.00", shipping_lines=[{"price": "5.00", "discounted_price": "0.00"}])
    document["line_items"].append(card)
    told = rows(document, "orders/create")
    event = created(told)
    assert (event.currency, event.gross_minor, event.discount_minor, event.shipping_minor) == ("EUR", 60000, 2000, 0)
    assert [row.title for row in told if isinstance(row, OrderLine)] == ["Vase"]


def test_fixture_adjustments_are_negative_and_given_back(shared: Path) -> None:
    """Fixture and what it must give: shopify_order_adjustment_data: negative adjustments."""
    with (shared / "fixtures/fivetran-dbt-shopify/csv/shopify_order_adjustment_data.csv").open("rb") as file:
        table = read_csv(file)
        assert TABLE.recognises(table.columns)
        read = [TABLE.normalise_row(row, desk()) for row in table.rows if isinstance(row, dict)]
    told = [
        (row.kind, row.refund_minor) for outcome in read if isinstance(outcome, Loaded) for row in outcome.rows if isinstance(row, Refund)
    ]
    assert told == [("shipping", 46500), ("shipping", 9500), ("shipping", 2700), ("tax", 160), ("shipping", 3500), ("discrepancy", 51500)]
