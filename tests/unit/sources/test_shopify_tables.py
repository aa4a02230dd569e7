"""Shopify's tables as Fivetran lays them out, and what a browser's pixel tells of the same orders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.shapes.drift import DriftWatch
from pipelines.sources.contract import Delivery, Loaded, Outcome, Quarantined
from pipelines.sources.quarantine import Reason
from pipelines.sources.registry import source_of, table_outcomes
from pipelines.sources.rows import IdentityLink, OrderEvent, OrderLine, OrderReference, Refund, Touch
from pipelines.sources.shopify import SOURCE
from pipelines.sources.shopify_tables import TABLE
from tests.shopify_deliveries import created, desk, outcomes, rows, shop, states

SYNCED = {"_fivetran_synced": "2020-09-12 00:15:10.199"}
ORDER = SYNCED | {"id": "26", "name": "#5135", "order_number": "5135", "financial_status": "paid", "currency": "GBP", "test": "FALSE"}
ORDER |= {"created_at": "2020-09-11 19:35:42.000", "updated_at": "2020-09-11 19:35:46.000", "taxes_included": "FALSE", "cancelled_at": ""}
ORDER |= {"total_line_items_price": "5.6", "total_discounts": "2.8", "subtotal_price": "2.8", "total_tax": "0.50", "total_price": "4.29"}
ORDER |= {"customer_id": "35", "email": "ada@example.com", "checkout_token": ""}
LINE = SYNCED | {"order_id": "26", "id": "56", "sku": "T", "title": "Tea", "quantity": "1", "price": "4.4", "gift_card": "FALSE"}
TRANSACTION = SYNCED | {
    "id": "9",
    "order_id": "26",
    "kind": "sale",
    "status": "success",
    "gateway": "g",
    "amount": "415",
    "currency": "USD",
}
TRANSACTION |= {"refund_id": "", "created_at": "2020-02-27 16:05:37.000", "test": "FALSE"}


def row_outcome(cells: dict[str, Any]) -> Outcome:
    return TABLE.normalise_row(cells, desk())


def told(cells: dict[str, Any]) -> tuple[Any, ...]:
    outcome = row_outcome(cells)
    assert isinstance(outcome, Loaded), outcome
    return outcome.rows


def test_an_order_and_its_lines_meet_under_the_order_id() -> None:
    order, *others = told(ORDER)
    (line,) = told(LINE)
    assert (states(told(ORDER)), order.order_ref, order.currency) == (["created", "paid"], "shopify:26", "GBP")
    assert (order.gross_minor, order.discount_minor, order.tax_minor, order.shipping_minor) == (560, 280, 50, 99)
    assert (line.order_ref, line.version_key, line.gross_minor, line.product_id) == (order.order_ref, order.version_key, 440, "T")
    references = {row.order_ref: row.same_as_ref for row in others if isinstance(row, OrderReference)}
    assert references == {"shopify:26": "no:5135", "no:26": "no:5135"}
    assert [row.reason for row in others if isinstance(row, IdentityLink)] == ["customer_email"]


@pytest.mark.parametrize(
    ("change", "state"),
    [({}, "paid"), ({"kind": "authorization"}, "authorised"), ({"status": "failure"}, "changed"), ({"kind": "void"}, "changed")],
)
def test_transactions(change: dict[str, str], state: str) -> None:
    (row,) = told(TRANSACTION | change)
    assert isinstance(row, OrderEvent)
    assert (row.state, row.order_ref, row.occurred_ms) == (state, "shopify:26", 1_582_819_537_000)


def test_trap_37_a_refund_is_told_by_its_transaction_as_one_sum() -> None:
    (row,) = told(TRANSACTION | {"kind": "refund", "refund_id": "67", "amount": "41.5"})
    assert isinstance(row, Refund)
    assert (row.refund_key, row.kind, row.refund_minor, row.order_ref) == ("shopify:67", "total", 4150, "shopify:26")
    assert row_outcome(TRANSACTION | {"test": "TRUE"}) == Quarantined(Reason.TEST_TRAFFIC, "test")


def test_gift_cards_are_not_revenue_and_an_unknown_table_is_no_table() -> None:
    assert row_outcome(LINE | {"gift_card": "TRUE"}) == Quarantined(Reason.UNUSED, "gift_card")
    assert not TABLE.recognises(("id", "name"))


def test_trap_45_every_table_of_the_reference_is_read_or_unused(shared: Path) -> None:
    folder = shared / "fixtures/fivetran-dbt-shopify"
    seen: dict[str, set[str]] = {}
    for path in sorted(folder.glob("csv/*.csv")):
        with path.open("rb") as file:
            from_table = [outcome for _, outcome in table_outcomes("csv", file, desk(), None, DriftWatch().rows)]
        body = (folder / f"{path.stem}.json").read_bytes()
        source = source_of(body, {})
        assert source is not None, path.name
        assert list(source.normalise(Delivery(body), desk())) == from_table, path.name
        seen[path.stem] = {outcome.reason.value if isinstance(outcome, Quarantined) else "loaded" for outcome in from_table}
    assert {name for name, found in seen.items() if "loaded" in found} == {
        f"shopify_{name}_data"
        for name in (
            "abandoned_checkout", "customer", "fulfillment", "fulfillment_event", "gql_customer_visit", "gql_order", "gql_refund",
            "order_adjustment", "order", "order_line", "refund", "transaction",
        )
    }  # fmt: skip
    assert {reason for found in seen.values() for reason in found} == {"loaded", "unused", "test_traffic"}


def test_every_document_of_the_reference_is_read_or_unused(shared: Path) -> None:
    for path in sorted((shared / "fixtures/shopify-python-api").glob("*.json")):
        told = list(SOURCE.normalise(Delivery(path.read_bytes()), desk()))
        refused = {outcome.reason for outcome in told if isinstance(outcome, Quarantined)}
        assert refused <= {Reason.UNUSED, Reason.MISSING_FIELD if path.stem == "refund_calculate" else Reason.UNUSED}, path.name


def test_a_visit_is_a_touch_of_somebody() -> None:
    cells = SYNCED | {"id": "1", "order_id": "26", "occurred_at": "2025-07-17 10:00:00", "landing_page": "/", "referrer_url": ""}
    (row,) = told(cells | {"source_type": "search", "utm_parameters_campaign": "spring@mail"})
    assert isinstance(row, Touch)
    assert (row.kind, row.channel, row.person_key) == ("web_visit", "search", None)
    assert "spring" not in (row.ref or "")


def pixel(name: str = "checkout_completed", **checkout: Any) -> dict[str, Any]:
    usd = {"amount": 749.95, "currencyCode": "USD"}
    lines = [{"quantity": 2, "title": "Board", "variant": {"price": usd, "sku": None, "product": {"id": "72"}}}]
    data = {"token": "tok", "currencyCode": "USD", "email": "Ada@Example.com", "phone": "", "lineItems": lines, "totalTax": {"amount": 0}}
    data |= {"order": {"id": "gid://shopify/Order/5778", "customer": {"id": "7"}}, "shippingLine": {"price": {"amount": 5.5}}}
    context = {"document": {"location": {"host": "berlin-blumen.myshopify.com"}}}
    event = {"id": "sh-f77a78f1", "name": name, "clientId": "c", "type": "standard", "timestamp": "2024-09-15T20:57:59.674Z"}
    return event | {"context": context, "data": {"checkout": data | checkout}}


def test_trap_35_a_pixel_tells_amounts_as_numbers() -> None:
    body = pixel()
    assert source_of(json.dumps(body).encode(), {}) is SOURCE
    event, line, link = rows(body)
    assert isinstance(event, OrderEvent)
    assert (event.shop_id, event.source, event.state, event.order_ref) == ("blumen", "shopify_pixel", "created", "shopify:5778")
    assert (event.gross_minor, event.tax_minor, event.shipping_minor, event.discount_minor) == (149990, 0, 550, None)
    assert isinstance(line, OrderLine)
    assert (line.product_id, line.quantity) == ("72", 2)
    assert isinstance(link, IdentityLink)
    assert event.person_key == link.linked_key == shop().person("shopify", "7")


def test_a_checkout_on_its_way_is_a_cart_and_other_pixel_events_are_unused() -> None:
    cart = rows(pixel("checkout_started", order=None))
    assert states(cart) == ["cart"]
    assert created(cart).order_ref.startswith("checkout:")
    assert created(cart).order_ref != "checkout:tok"
    assert outcomes(pixel("page_viewed")) == [Quarantined(Reason.UNUSED, "name")]
    assert outcomes(pixel(order=None, token=None)) == [Quarantined(Reason.MISSING_FIELD, "data.checkout.token")]
