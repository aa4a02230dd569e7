"""Traps 35 to 42: money."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from pipelines.sources import messenger, meta_insights, whatsapp
from pipelines.sources.contract import Delivery
from pipelines.sources.money import exact, minor, scaled
from pipelines.sources.quarantine import Reason
from pipelines.sources.rows import AdSpend, OrderEvent, OrderLine, Refund
from tests.messaging import SENT_MS, chat, echo, items, loaded, new_desk, read, reasons
from tests.messaging import whatsapp as whatsapp_body
from tests.messaging_bodies import CART, PAYMENT, RECEIPT
from tests.shopify_deliveries import DOMAIN, created, order, rows
from tests.traps.shop import TrapShop

Trap = Callable[[int], TrapShop]
STATUS = {"id": "wamid.p", "timestamp": str(SENT_MS // 1000), "recipient_id": "4915123456789", "type": "payment", "status": "captured"}


def shopify(body: Any, topic: str) -> dict[str, Any]:
    return {"headers": {"x-shopify-topic": topic, "x-shopify-shop-domain": DOMAIN}, "body": body}


def receipt(mid: str = "m_r", **change: Any) -> dict[str, Any]:
    return items(echo(mid=mid, attachments=[{"type": "template", "payload": RECEIPT | change}]))


def paid(**payment: Any) -> OrderEvent:
    told = loaded(whatsapp.SOURCE, whatsapp_body(statuses=[STATUS | {"payment": PAYMENT | {"refunds": []} | payment}]))
    return next(row for row in told if isinstance(row, OrderEvent))


@pytest.mark.parametrize("told", ["29.62", 29.62, "29.620", " 29.62 "])
def test_trap_35_an_amount_is_exact_as_text_and_as_a_number(told: Any) -> None:
    assert minor(told, "USD") == 2962
    cart = CART | {"product_items": [{"product_retailer_id": "v", "quantity": 3, "item_price": told, "currency": "USD"}]}
    _, state, _ = loaded(whatsapp.SOURCE, whatsapp_body(messages=[chat(type="order", order=cart)]))
    assert state.gross_minor == 8886
    assert created(rows(order(line_items=[{"id": 1, "quantity": 3, "price": str(told).strip()}], currency="USD"))).gross_minor == 8886


def test_trap_35_offsets_thousandths_and_display_text() -> None:
    assert paid(amount={"value": "21000", "offset": "100"}).gross_minor == paid(amount={"value": 210, "offset": 1}).gross_minor == 21000
    detected = {"id": "wamid.d", "event_name": "Purchase", "timestamp": 1, "custom_data": {"currency": "USD", "value": 25000}}
    body = whatsapp_body("automatic_events", automatic_events=[detected | {"timestamp": SENT_MS // 1000}])
    assert next(row.gross_minor for row in loaded(whatsapp.SOURCE, body) if isinstance(row, OrderEvent)) == 2500
    shown = {"product": {"elements": [{"id": "1", "retailer_id": "v", "title": "x", "subtitle": "$40"}]}}
    told = loaded(messenger.SOURCE, items(echo(attachments=[{"type": "template", "payload": shown}])))
    assert [row.table for row in told] == ["message_event"]  # a price that is only shown is no money


@pytest.mark.parametrize(
    ("currency", "told", "expected"), [("JPY", "600", 600), ("KRW", "1200.0", 1200), ("KWD", "1.234", 1234), ("USD", "6", 600)]
)
def test_trap_36_a_minor_unit_has_the_currencys_own_digits(currency: str, told: str, expected: int) -> None:
    assert created(rows(order(currency=currency, line_items=[{"id": 1, "quantity": 1, "price": told}]))).gross_minor == expected
    assert scaled(exact(told) * 1000, 1000, currency) == expected
    page = {"ad_id": "1", "account_id": "1", "date_start": "2025-01-01", "account_currency": currency, "spend": told}
    [outcome] = meta_insights.SOURCE.normalise(Delivery(json.dumps(page).encode()), new_desk())
    [spent] = outcome.rows  # type: ignore[union-attr]
    assert isinstance(spent, AdSpend)
    assert spent.ad_spend_minor == expected


def test_trap_37_each_source_has_its_own_signs() -> None:
    discounted = next(row for row in loaded(messenger.SOURCE, receipt()) if isinstance(row, OrderEvent))
    assert (discounted.gross_minor, discounted.discount_minor) == (7500, 3000)  # positive adjustments are discounts
    refund = {
        "id": 900, "order_id": 1, "created_at": "2025-04-02T12:00:00Z", "refund_line_items": [],
        "transactions": [{"kind": "refund", "amount": "5.60", "currency": "EUR"}],
        "order_adjustments": [
            {"id": 1, "kind": "shipping_refund", "amount": "-4.65", "tax_amount": "0.00"},
            {"id": 2, "kind": "refund_discrepancy", "amount": "-0.95", "tax_amount": "0.00"},
        ],
    }  # fmt: skip
    told = {row.kind: row.refund_minor for row in rows(refund, "refunds/create") if isinstance(row, Refund)}
    assert told == {"shipping": 465, "discrepancy": 95}
    given_back = [
        row for row in loaded(whatsapp.SOURCE, whatsapp_body(statuses=[STATUS | {"payment": PAYMENT}])) if isinstance(row, Refund)
    ]
    assert [row.refund_minor for row in given_back] == [100]


def test_trap_38_an_order_is_many_events_and_counts_once(trap: Trap) -> None:
    shop = trap(38)
    line = {"id": 11, "product_id": 21, "title": "Vase", "quantity": 2, "price": "300.00"}
    refund = {"id": 900, "order_id": 1, "created_at": "2025-04-02T12:00:00+02:00", "refund_line_items": [
        {"id": 1, "line_item_id": 11, "line_item": line, "quantity": 1, "subtotal": 300.00, "total_tax": 0}]}  # fmt: skip
    first = {"line_items": [line], "financial_status": "authorized"}
    later = first | {"financial_status": "paid", "updated_at": "2025-03-31T04:00:00+02:00"}
    last = later | {"financial_status": "partially_refunded", "refunds": [refund], "updated_at": "2025-04-02T12:00:00+02:00"}
    told = [
        shopify(order(id=1, **first), "orders/create"), shopify(order(id=1, **later), "orders/updated"),
        shopify(order(id=1, **later), "orders/paid"), shopify(order(id=1, **later), "orders/fulfilled"),
        shopify(refund, "refunds/create"), shopify(order(id=1, current_total_price="300.00", **last), "orders/updated"),
    ]  # fmt: skip
    for delivery in reversed(told):
        shop.told(delivery)
    [spent] = shop.rows("reports.shop_spend_daily")
    assert (spent["orders"], spent["gross_minor"], spent["refund_minor"], spent["net_minor"]) == (1, 60000, 30000, 30000)
    assert [row["paid_s"] is not None for row in shop.rows("staging.order_telling")] == [True]


def test_trap_38_authorised_is_not_paid(trap: Trap) -> None:
    shop = trap(37)
    shop.told(shopify(order(id=1, financial_status="authorized"), "orders/create"))
    [told] = shop.rows("staging.order_telling")
    assert (told["gross_minor"], told["paid_s"]) == (60000, None)


def test_trap_39_a_cart_is_no_order_and_a_receipt_sent_again_is_the_same_one(trap: Trap) -> None:
    shop = trap(39)
    shop.told(receipt("m_1"), receipt("m_2"), whatsapp_body(messages=[chat(type="order", order=CART)]))
    [spent] = shop.rows("reports.shop_spend_daily")
    assert (spent["orders"], spent["gross_minor"], spent["net_minor"], spent["currency"]) == (1, 7500, 4500, "USD")
    assert [row["paid_s"] for row in shop.rows("staging.order_telling")] == [None]


def test_trap_39_a_payment_and_its_refund_told_twice_count_once(trap: Trap) -> None:
    shop = trap(40)
    again = STATUS | {"payment": PAYMENT, "timestamp": str(SENT_MS // 1000 + 60)}
    pending = STATUS | {"status": "pending", "payment": PAYMENT | {"transaction": {"status": "pending"}, "refunds": []}}
    shop.told(whatsapp_body(statuses=[STATUS | {"payment": PAYMENT}, again, pending]))
    [spent] = shop.rows("reports.shop_spend_daily")
    assert (spent["orders"], spent["gross_minor"], spent["refund_minor"], spent["currency"]) == (1, 21000, 100, "INR")


def test_trap_40_receipt_lines_have_totals_no_order_and_one_currency() -> None:
    def lines(**change: Any) -> list[tuple[str | None, int, int]]:
        told = loaded(messenger.SOURCE, receipt(**change))
        return sorted((row.title, row.quantity, row.gross_minor) for row in told if isinstance(row, OrderLine))

    assert lines() == lines(elements=RECEIPT["elements"][::-1]) == [("Classic Gray T-Shirt", 1, 2500), ("Classic White T-Shirt", 2, 5000)]
    many = [{"title": f"t{number}", "quantity": 1, "price": 0.75} for number in range(100)]
    assert sum(gross for _, _, gross in lines(elements=many)) == 7500
    mixed = [*RECEIPT["elements"], {"title": "x", "price": 1, "currency": "EUR"}]
    assert reasons(read(messenger.SOURCE, receipt(elements=mixed))) == [Reason.INVALID_CURRENCY]


def test_trap_41_the_shops_money_counts_in_whatever_case_its_currency_is_told() -> None:
    prices = {"shop_money": {"amount": "600.00", "currency_code": "EUR"}, "presentment_money": {"amount": "650.00", "currency_code": "USD"}}
    line = {"id": 1, "quantity": 1, "price": "600.00", "price_set": prices}
    told = created(rows(order(line_items=[line], presentment_currency="USD", currency="eur")))
    assert (told.currency, told.gross_minor) == ("EUR", 60000)
    state = next(row for row in loaded(messenger.SOURCE, receipt(currency="usd")) if isinstance(row, OrderEvent))
    assert state.currency == "USD"


def test_trap_42_guests_custom_lines_and_gift_cards(trap: Trap) -> None:
    shop = trap(42)
    custom = {"id": 1, "product_id": None, "title": "Ribbon", "quantity": 1, "price": "2.00"}
    gift_card = {"id": 2, "product_id": 9, "title": "Gift card", "quantity": 1, "price": "50.00", "gift_card": True}
    shop.told(shopify(order(customer=None, email=None, phone=None, line_items=[custom, gift_card]), "orders/create"))
    [spent] = shop.rows("reports.shop_spend_daily")
    assert (spent["orders"], spent["buyers"], Decimal(spent["gross_minor"])) == (1, 0, 200)
    assert [(row["product_id"], row["title"]) for row in shop.rows("raw.order_line")] == [(None, "Ribbon")]
