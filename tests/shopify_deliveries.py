"""Shopify documents for tests, in the shape of Shopify's webhooks, and what the reader makes of them."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import strategies as st

from pipelines.sources.contract import Delivery, Loaded, Outcome, Quarantined
from pipelines.sources.desk import Desk, Shop, ShopSettings
from pipelines.sources.rows import OrderEvent, Row
from pipelines.sources.shopify import SOURCE

DOMAIN = "berlin-blumen.myshopify.com"
CENT = Decimal("0.01")


def desk() -> Desk:
    shops = {
        ("shopify", DOMAIN): ShopSettings("blumen", "EUR", "Europe/Berlin"),
        ("shopify", "unknown"): ShopSettings("other", "USD", "UTC"),
    }
    return Desk(shops, lambda shop: shop.encode().ljust(32, b"k"))


def shop() -> Shop:
    return desk().shop("shopify", DOMAIN)


def outcomes(body: Any, topic: str | None = None, **headers: str) -> list[Outcome]:
    named = {"x-shopify-topic": topic, "x-shopify-shop-domain": DOMAIN.upper()} if topic else {}
    return list(SOURCE.normalise(Delivery(json.dumps(body).encode(), named | headers), desk()))


def rows(body: Any, topic: str | None = None, **headers: str) -> tuple[Row, ...]:
    (outcome,) = outcomes(body, topic, **headers)
    assert isinstance(outcome, Loaded), outcome
    return outcome.rows


def reasons(body: Any, topic: str | None = None, **headers: str) -> list[str]:
    return [str(outcome.reason) for outcome in outcomes(body, topic, **headers) if isinstance(outcome, Quarantined)]


def created(told: tuple[Row, ...]) -> OrderEvent:
    assert isinstance(told[0], OrderEvent)
    return told[0]


def states(told: tuple[Row, ...]) -> list[str]:
    return [row.state for row in told if isinstance(row, OrderEvent)]


def order(**change: Any) -> dict[str, Any]:
    return {
        "id": 5778367414385,
        "name": "#1017",
        "order_number": 1017,
        "created_at": "2025-03-30T00:30:00+01:00",
        "updated_at": "2025-03-30T04:00:00+02:00",
        "currency": "EUR",
        "presentment_currency": "USD",
        "total_price": "600.00",
        "total_tax": "0.00",
        "total_discounts": "0.00",
        "taxes_included": False,
        "customer": {"id": 7, "email": "Ada@Example.com ", "phone": "+49 170 1234567"},
        "line_items": [
            {
                "id": 11, "product_id": 21, "title": "Vase", "quantity": 1, "price": "600.00",
                "price_set": {"shop_money": {"amount": "600.00", "currency_code": "EUR"},
                              "presentment_money": {"amount": "650.00", "currency_code": "USD"}},
            },
        ],
    } | change  # fmt: skip


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    """Orders as a shop computes them: each line discounted, then taxed beside or inside its price, and all of it summed."""
    taxes_included = draw(st.booleans())
    rate = draw(st.sampled_from([Decimal("0"), Decimal("0.07"), Decimal("0.19"), Decimal("0.0825")]))
    total = Decimal(0)
    tax_total = Decimal(0)
    items = []

    def taxed(paid: Decimal) -> list[dict[str, str]]:
        nonlocal total, tax_total
        tax = (paid * rate / (1 + rate) if taxes_included else paid * rate).quantize(CENT, ROUND_HALF_UP)
        tax_total += tax
        total += paid if taxes_included else paid + tax
        return [{"price": str(tax), "rate": float(rate), "title": "VAT"}]  # type: ignore[dict-item]

    for number in range(draw(st.integers(1, 4))):
        cents, quantity = draw(st.integers(0, 99_999)), draw(st.integers(1, 5))
        discount = draw(st.integers(0, cents * quantity))
        items.append(
            {
                "id": 100 + number, "product_id": 21, "title": "Vase", "quantity": quantity, "price": str(Decimal(cents) * CENT),
                "discount_allocations": [{"amount": str(Decimal(discount) * CENT)}] if discount else [],
                "tax_lines": taxed(Decimal(cents * quantity - discount) * CENT),
            }
        )  # fmt: skip
    freight = draw(st.integers(0, 999))
    given_off = draw(st.integers(0, freight))
    shipping = {
        "price": str(Decimal(freight) * CENT),
        "discount_allocations": [{"amount": str(Decimal(given_off) * CENT)}] if given_off else [],
        "tax_lines": taxed(Decimal(freight - given_off) * CENT),
    }
    return order(
        taxes_included=taxes_included, line_items=items, shipping_lines=[shipping], total_price=str(total), total_tax=str(tax_total)
    )


def whole_refund(document: dict[str, Any]) -> dict[str, Any]:
    """Everything given back, as Shopify computes it: the subtotal of a line is after discount, with tax where prices include it."""
    lines = []
    for item in document["line_items"]:
        discount = sum((Decimal(part["amount"]) for part in item["discount_allocations"]), Decimal(0))
        subtotal = Decimal(item["price"]) * item["quantity"] - discount
        tax = item["tax_lines"][0]["price"]
        lines.append(
            {
                "id": 1,
                "line_item_id": item["id"],
                "line_item": item,
                "quantity": item["quantity"],
                "subtotal": float(subtotal),
                "total_tax": float(tax),
            }
        )
    return {
        "id": 900, "order_id": document["id"], "created_at": "2025-04-02T12:00:00+02:00", "refund_line_items": lines,
        "transactions": [{"kind": "refund", "amount": document["total_price"], "currency": "EUR"}], "order_adjustments": [],
    }  # fmt: skip
