"""How an order was paid and what its products are filed under: from every source that tells it, as codes that are safe to store."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources import messenger, whatsapp
from pipelines.sources.codes import category, payment_method, payment_methods
from pipelines.sources.contract import Loaded
from pipelines.sources.mapping import parse_mapping
from pipelines.sources.orders_table import orders_table
from pipelines.sources.rows import OrderEvent, OrderLine, Row
from tests import shopify_deliveries, web_events
from tests.messaging import SENT_MS, WAMID, echo, event, items, loaded
from tests.messaging import whatsapp as whatsapp_body
from tests.messaging_bodies import PAYMENT, RECEIPT
from tests.unit.sources import test_conversions_api, test_shopify_tables, test_thread_payments, test_woocommerce

SOLD = {"value": 9, "currency": "EUR", "order_id": "1", "contents": [{"id": "V", "item_price": 9}]}
SOLD |= {"content_category": "Home > Vases"}
MAPPING = """
asset = "till"
currency = "EUR"
zone = "UTC"
[columns]
order = "id"
ordered_at = "time"
unit_price = "price"
category = "group"
payment_method = "paid"
"""


def payments(rows: tuple[Row, ...] | list[Row]) -> set[str | None]:
    return {row.payment_method for row in rows if isinstance(row, OrderEvent)}


def categories(rows: tuple[Row, ...] | list[Row]) -> list[str | None]:
    return [row.category for row in rows if isinstance(row, OrderLine)]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("Visa 2345", "visa"),
        ("VISA2345", "visa"),
        ("Apple Pay", "apple_pay"),
        ("shopify_payments", "shopify_payments"),
        ("ppcp-gateway", "ppcp_gateway"),
        ("przelewy24", "przelewy24"),
        ("Überweisung", "überweisung"),
        ("Cash on Delivery (COD)", "cash_on_delivery_cod"),
        ("4242 4242 4242 4242", "other"),
        ("ada@example.com", "other"),
        ("06 12 34 56 78", "other"),
        (" ", None),
        (None, None),
        (7, None),
    ],
)
def test_a_payment_method_is_a_code(told: Any, code: str | None) -> None:
    assert payment_method(told) == code
    assert payment_method(None, "", told) == code


@given(st.text())
def test_no_code_holds_a_number_or_an_address(told: str) -> None:
    code = payment_method(told)
    assert code is None or (len(code) <= 40 and not re.search(r"\d{3}|@|\s|(^|_)\d", code) and code == payment_method(code))
    filed = category(told)
    assert filed is None or (len(filed) <= 100 and not re.search(r"@|\s", filed))


def test_an_order_may_be_paid_in_several_ways() -> None:
    assert payment_methods(["shopify_payments", "gift_card", "gift_card"]) == "gift_card+shopify_payments"
    assert payment_methods('["paypal", "gift_card"]') == "gift_card+paypal"
    assert payment_methods([]) is payment_methods(None) is payment_methods("[]") is None


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("Home & Garden > Vases", "home_garden_vases"),
        ("moveis_decoracao", "moveis_decoracao"),
        ("抹茶", "抹茶"),
        ("4K TVs", "4k_tvs"),
        ("", None),
    ],
)
def test_a_category_is_a_code(told: str, code: str | None) -> None:
    assert category(told) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"payment_gateway_names": ["paypal"]}, "paypal"),
        ({"payment_gateway_names": ["paypal", "gift_card"], "gateway": "paypal"}, "gift_card+paypal"),
        ({"payment_gateway_names": [], "gateway": "bogus"}, "bogus"),
        ({"payment_gateway_names": None}, None),
    ],
)
def test_shopify_orders(change: dict[str, Any], code: str | None) -> None:
    rows = shopify_deliveries.rows(shopify_deliveries.order(**change), "orders/create")
    assert shopify_deliveries.created(rows).payment_method == code


def test_shopify_tables_and_pixel() -> None:
    assert payments(test_shopify_tables.told(test_shopify_tables.TRANSACTION | {"gateway": "PayPal"})) == {"paypal"}
    assert payments(test_shopify_tables.told(test_shopify_tables.TRANSACTION | {"status": "failure"})) == {None}
    assert payments(test_shopify_tables.told(test_shopify_tables.ORDER | {"payment_gateway_names": '["manual"]'})) == {"manual", None}
    assert categories(test_shopify_tables.told(test_shopify_tables.LINE | {"product_type": "Leaf Tea"})) == ["leaf_tea"]
    ware = {"price": {"amount": 7, "currencyCode": "EUR"}, "product": {"id": "72", "type": "Snowboards"}}
    pixel = test_shopify_tables.pixel(transactions=[{"gateway": "shopify_payments"}], lineItems=[{"quantity": 1, "variant": ware}])
    rows = shopify_deliveries.rows(pixel)
    assert (payments(rows), categories(rows)) == ({"shopify_payments"}, ["snowboards"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"payment_method": "cod", "payment_method_title": "Nachnahme"}, "cod"),
        ({"payment_method": "", "payment_method_title": "Auf Rechnung"}, "auf_rechnung"),
        ({"payment_details": {"method_id": "bacs", "method_title": "Direct Bank Transfer", "paid": True}}, "bacs"),
        ({}, None),
    ],
)
def test_woocommerce_orders(change: dict[str, Any], code: str | None) -> None:
    rows = test_woocommerce.rows(test_woocommerce.order(**change))
    assert payments(rows) - {None} == ({code} - {None})


def test_threads() -> None:
    assert payments(loaded(messenger.SOURCE, items(echo(attachments=[{"type": "template", "payload": RECEIPT}])))) == {"visa"}
    assert payments(loaded(messenger.SOURCE, items(event(payment=test_thread_payments.payment())))) == {"stripe"}
    odd = RECEIPT | {"payment_method": 7}
    assert payments(loaded(messenger.SOURCE, items(echo(attachments=[{"type": "template", "payload": odd}])))) == {None}


@pytest.mark.parametrize(
    ("transaction", "code"), [({"type": "razorpay", "method": {"type": "upi"}}, "upi"), ({"type": "payu"}, "payu"), ({}, None)]
)
def test_whatsapp_payments(transaction: dict[str, Any], code: str | None) -> None:
    told = PAYMENT | {"transaction": {"status": "success"} | transaction}
    status = {"id": WAMID, "timestamp": str(SENT_MS // 1000), "recipient_id": "1", "type": "payment", "status": "captured", "payment": told}
    assert payments(loaded(whatsapp.SOURCE, whatsapp_body(statuses=[status]))) == {code}


def test_web_analytics_and_conversions() -> None:
    goods = [{"item_id": "R1", "price": 3, "item_category": "Cut flowers"}, {"item_id": "V", "price": 9, "item_category": "(not set)"}]
    assert categories(web_events.rows(web_events.purchase(items=goods))) == ["cut_flowers", None]
    told = test_conversions_api.rows(test_conversions_api.event(custom_data=SOLD))
    assert set(categories(told)) == {"home_vases"}


def test_order_tables() -> None:
    table = orders_table(parse_mapping(MAPPING, "m.toml"))
    cells = {"id": "1", "time": "2026-03-01", "price": "2.50", "group": "Cut flowers", "paid": "Visa 2345"}
    outcome = table.normalise_row(cells, shopify_deliveries.desk())
    assert isinstance(outcome, Loaded)
    assert (payments(outcome.rows), categories(outcome.rows)) == ({"visa"}, ["cut_flowers"])
    other = table.normalise_row(cells | {"group": "Vases"}, shopify_deliveries.desk())
    assert isinstance(other, Loaded)
    assert {row.line_key for row in (*outcome.rows, *other.rows) if isinstance(row, OrderLine)} == {outcome.rows[0].line_key}
