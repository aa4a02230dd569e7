"""WooCommerce deliveries: envelopes, bare documents, and the traps of its format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.sources.contract import Delivery, Loaded, Outcome, Quarantined
from pipelines.sources.desk import Desk, Shop, ShopSettings
from pipelines.sources.quarantine import Reason
from pipelines.sources.registry import source_of
from pipelines.sources.rows import IdentityLink, OrderEvent, OrderLine, OrderReference, Refund, Row
from pipelines.sources.woocommerce import SOURCE

SITE = "keramik.example/shop"
CREATED_MS = 1_772_366_400_000  # 2026-03-01T12:00:00Z


def desk() -> Desk:
    settings = {SITE: ShopSettings("keramik", "EUR", "Europe/Vienna"), "kyoto.example": ShopSettings("kyoto", "JPY", "Asia/Tokyo")}
    settings["kuwait.example"] = ShopSettings("kuwait", "KWD", "Asia/Kuwait")
    return Desk({("woocommerce", site): each for site, each in settings.items()}, lambda shop: shop.encode().ljust(32, b"k"))


def shop() -> Shop:
    return desk().shop("woocommerce", SITE)


def line(**changes: Any) -> dict[str, Any]:
    told = {"id": 5, "name": "Tasse", "product_id": 9, "sku": "T-1", "quantity": 2, "subtotal": "20.00", "total": "18.00", "price": 9}
    return told | {"total_tax": "3.60", "meta_data": []} | changes


def order(**changes: Any) -> dict[str, Any]:
    told = {"id": 727, "number": "WK-727", "order_key": "wc_order_1", "status": "processing", "currency": "EUR", "customer_id": 26}
    told |= {"date_created_gmt": "2026-03-01T12:00:00", "date_created": "2026-03-01T13:00:00", "total": "31.10"}
    told |= {"date_modified_gmt": "2026-03-01T12:05:00", "shipping_total": "9.50", "total_tax": "3.60", "line_items": [line()]}
    return told | {"billing": {"email": " Ada@Example.com", "phone": "+43 660 1234567"}, "refunds": []} | changes


def refund(**changes: Any) -> dict[str, Any]:
    told = {"id": 726, "parent_id": 727, "amount": "10.80", "reason": "", "date_created_gmt": "2026-03-05T08:00:00"}
    given = line(
        id=6, quantity=-1, subtotal="-10.00", total="-9.00", total_tax="-1.80", meta_data=[{"key": "_refunded_item_id", "value": "5"}]
    )
    return told | {"line_items": [given]} | changes


def outcomes(body: Any, topic: str | None = "order.updated", site: str = f"https://{SITE.upper()}/", received_ms: int = 0) -> list[Outcome]:
    headers = {"x-wc-webhook-topic": topic, "x-wc-webhook-source": site, "x-wc-webhook-delivery-id": "1"} if topic else {}
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(SOURCE.normalise(Delivery(text, headers, received_ms), desk()))


def rows(body: Any, topic: str | None = "order.updated", **told: Any) -> tuple[Row, ...]:
    (outcome,) = outcomes(body, topic, **told)
    assert isinstance(outcome, Loaded), outcome
    return outcome.rows


def created(told: tuple[Row, ...]) -> OrderEvent:
    assert isinstance(told[0], OrderEvent)
    return told[0]


def states(told: tuple[Row, ...]) -> list[str]:
    return [row.state for row in told if isinstance(row, OrderEvent)]


def refunds(told: tuple[Row, ...]) -> list[tuple[str, str, int, int]]:
    return [(row.line_key, row.kind, row.refund_minor, row.quantity) for row in told if isinstance(row, Refund)]


def test_an_order_and_what_it_comes_to() -> None:
    told = rows(order())
    event = created(told)
    assert (event.shop_id, event.asset_id, event.order_ref, event.state) == ("keramik", SITE, "no:wk-727", "created")
    assert (event.gross_minor, event.discount_minor, event.tax_minor, event.shipping_minor) == (2000, 200, 360, 950)
    assert event.gross_minor - event.discount_minor + event.tax_minor + event.shipping_minor == 3110  # its total
    (item,) = (row for row in told if isinstance(row, OrderLine))
    assert (item.version_key, item.product_id, item.quantity, item.unit_price_micro) == (event.version_key, "T-1", 2, 10_000_000)
    (reference,) = (row for row in told if isinstance(row, OrderReference))
    assert (reference.order_ref, reference.same_as_ref) == ("woocommerce:727", "no:wk-727")


def test_trap_7_the_utc_twin_wins_over_local_time() -> None:
    assert created(rows(order(date_created="2026-03-01T01:00:00"))).occurred_ms == CREATED_MS
    assert created(rows(order(date_created_gmt=None))).occurred_ms == CREATED_MS  # 13:00 in Vienna
    assert created(
        rows(order(date_created_gmt=None, date_modified_gmt="2026-07-01T12:00:00", date_created="2026-07-01T14:00:00"))
    ).occurred_ms == (created(rows(order(date_created_gmt="2026-07-01T12:00:00", date_modified_gmt="2026-07-01T12:00:00"))).occurred_ms)
    assert created(rows(order(date_created_gmt=None, date_created=None, created_at="2026-03-01T12:00:00Z"))).occurred_ms == CREATED_MS


def test_trap_35_totals_are_strings_and_the_price_a_number() -> None:
    (item,) = (
        row
        for row in rows(order(line_items=[line(quantity=3, subtotal="10.00", total="10.00", price=3.3333333333333335)]))
        if isinstance(row, OrderLine)
    )
    assert (item.gross_minor, item.unit_price_micro, item.discount_minor) == (1000, 10_000_000, 0)


@pytest.mark.parametrize(
    ("site", "currency", "text", "minor"), [("kyoto.example", "JPY", "1080", 1080), ("kuwait.example", "KWD", "4.750", 4750)]
)
def test_trap_36_digits_of_the_currency(site: str, currency: str, text: str, minor: int) -> None:
    document = order(currency=currency, line_items=[line(subtotal=text, total=text, total_tax="0")], total_tax="0", shipping_total="0")
    assert created(rows(document, site=f"https://{site}")).gross_minor == minor


def test_trap_37_a_refund_has_one_sign_however_it_is_told() -> None:
    in_order = [row for row in rows(order(refunds=[{"id": 726, "reason": "", "total": "-10.80"}])) if isinstance(row, Refund)]
    alone = rows(refund(), None)
    assert [(row.refund_key, row.kind, row.refund_minor) for row in in_order] == [("woocommerce:726", "total", 1080)]
    assert refunds(alone) == [("", "total", 1080, 0), ("5", "goods", 900, 1), ("tax:5", "tax", 180, 0)]
    assert {row.refund_key for row in alone if isinstance(row, Refund)} == {"woocommerce:726"}
    assert {row.order_ref for row in (*in_order, *alone) if isinstance(row, Refund)} == {"woocommerce:727"}


def test_a_refund_names_its_order_in_its_address() -> None:
    links = {"self": [{"href": f"https://{SITE}/wp-json/wc/v3/orders/723/refunds/726"}]}
    told = rows(refund(parent_id=None, _links=links, shipping_lines=[{"id": 3, "total": "-2.00", "total_tax": "-0.40"}]), None)
    assert {(row.order_ref, row.shop_id) for row in told if isinstance(row, Refund)} == {("woocommerce:723", "keramik")}
    assert refunds(told)[-2:] == [("shipping:3", "shipping", 200, 0), ("tax:shipping:3", "tax", 40, 0)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"status": "pending"}, ["created"]),
        ({"status": "on-hold"}, ["created"]),
        ({"status": "processing"}, ["created"]),
        ({"status": "processing", "date_paid_gmt": "2026-03-01T12:01:00"}, ["created", "paid"]),
        ({"status": "completed", "date_completed_gmt": "2026-03-02T12:01:00"}, ["created", "paid", "shipped"]),
        ({"status": "refunded"}, ["created", "paid", "cancelled"]),
        ({"status": "refunded", "refunds": [{"id": 1, "total": "-31.10"}]}, ["created", "paid"]),
        ({"status": "cancelled"}, ["created", "cancelled"]),
        ({"status": "failed"}, ["created", "cancelled"]),
        ({"status": "trash"}, ["created", "cancelled"]),
        ({"status": "checkout-draft"}, ["cart"]),
        ({"status": "wc-awaiting-pickup"}, ["created"]),
    ],
)
def test_trap_38_states_of_an_order(change: dict[str, Any], expected: list[str]) -> None:
    assert states(rows(order(**change))) == expected


def test_trap_42_guests_are_known_by_their_contacts() -> None:
    at = shop()
    assert created(rows(order())).person_key == at.person("woocommerce", "26")
    noted = order(customer_id=0, meta_data=[{"id": 1, "key": "psid", "value": "1244813222196986"}, {"key": "other", "value": {"a": 1}}])
    guest = rows(noted)
    assert created(guest).person_key == at.person("email", "ada@example.com")
    assert {row.person_key for row in guest if isinstance(row, IdentityLink)} == {
        at.person("phone", "436601234567"),
        at.person("messenger", "1244813222196986"),
    }
    assert created(rows(order(customer_id=0, billing={"email": "", "phone": ""}))).person_key is None


def test_trap_44_names_are_told_without_html() -> None:
    (item,) = (row for row in rows(order(line_items=[line(name="Ship Your Idea &ndash; Color")])) if isinstance(row, OrderLine))
    assert item.title == "Ship Your Idea \u2013 Color"


def test_fees_are_lines_and_fees_below_zero_discounts() -> None:
    told = rows(order(fee_lines=[{"id": 1, "name": "Gift wrap", "total": "2.50"}, {"id": 2, "name": "Voucher", "total": "-5.00"}]))
    assert (created(told).gross_minor, created(told).discount_minor) == (2250, 700)
    assert [row.title for row in told if isinstance(row, OrderLine)] == ["Tasse", "Gift wrap"]


def test_trap_25_pings_are_test_traffic() -> None:
    for headers in ({}, {"x-wc-webhook-source": SITE}):
        source = source_of(b"webhook_id=7", headers)
        assert source is SOURCE
        assert list(source.normalise(Delivery(b"webhook_id=7", headers), desk())) == [Quarantined(Reason.TEST_TRAFFIC, "webhook_id")]


def test_a_deleted_order_tells_its_id_alone() -> None:
    (row,) = rows({"id": 727}, "order.deleted", received_ms=CREATED_MS)
    assert isinstance(row, OrderEvent)
    assert (row.order_ref, row.state, row.occurred_ms, row.shop_id) == ("woocommerce:727", "cancelled", CREATED_MS, "keramik")
    assert outcomes({"id": 727}, "order.deleted") == [Quarantined(Reason.INVALID_TIMESTAMP, "date")]


def test_what_is_not_used_and_what_is_wrong() -> None:
    assert outcomes({"id": 3, "code": "SPRING"}, "coupon.created") == [Quarantined(Reason.UNUSED, "")]
    assert outcomes({"id": 3}, "order.created") == [Quarantined(Reason.MISSING_FIELD, "date_created")]
    assert outcomes(order(currency="EURO")) == [Quarantined(Reason.INVALID_CURRENCY, "currency")]
    assert outcomes(order(line_items=[line(total="1,5")])) == [Quarantined(Reason.INVALID_MONEY, "line_items[0].total")]
    assert outcomes(order(date_created_gmt="yesterday")) == [Quarantined(Reason.INVALID_TIMESTAMP, "date_created_gmt")]
    assert outcomes(b"[]", None) == [Quarantined(Reason.EMPTY_DELIVERY, "")]


def test_the_list_of_orders_gives_20_00_after_refunds(shared: Path) -> None:
    body = (shared / "fixtures/woocommerce-rest-api-docs/wp-api-v3___orders__List_all_orders.json").read_bytes()
    first, second = (outcome.rows for outcome in SOURCE.normalise(Delivery(body), desk()) if isinstance(outcome, Loaded))
    assert paid(created(first)) == 2935
    assert paid(created(second)) - sum(amount for _, _, amount, _ in refunds(second)) == 2000
    assert created(first).asset_id == "example.com"
    assert "Ship Your Idea \u2013 Color: Black, Size: M Test" in [row.title for row in first if isinstance(row, OrderLine)]


def test_every_document_of_the_reference_is_read_or_unused(shared: Path) -> None:
    for path in sorted((shared / "fixtures/woocommerce-rest-api-docs").glob("*.json")):
        body = path.read_bytes()
        assert source_of(body, {}) is SOURCE, path.name
        told = list(SOURCE.normalise(Delivery(body), desk()))
        is_used = "___orders__" in path.name or "Orders" in path.name or "refunds" in path.name
        if is_used and "Statuses" not in path.name:
            assert all(isinstance(outcome, Loaded) for outcome in told), path.name
        else:
            assert all(outcome == Quarantined(Reason.UNUSED, "") for outcome in told), path.name


def paid(event: OrderEvent) -> int:
    return (event.gross_minor or 0) - (event.discount_minor or 0) + (event.tax_minor or 0) + (event.shipping_minor or 0)
