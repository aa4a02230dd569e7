"""What a Shopify order tells beside its money: its states, its names, its buyer."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.sources.rows import IdentityLink, OrderLine, OrderReference
from tests.shopify_deliveries import DOMAIN, created, order, rows, shop, states


def test_times_are_local_days_of_the_shop() -> None:
    event = created(rows(order(), "orders/create"))
    assert (event.occurred_ms, event.told_ms) == (1_743_291_000_000, 1_743_300_000_000)
    assert event.occurred_day == shop().day(event.occurred_ms) == 20_177  # 2025-03-30


def test_tellings_of_one_order_share_its_number_and_differ_in_state() -> None:
    """Fixture and what it must give: created, updated and paid are one order of 600.00, its state told by the topic."""
    told = {topic: rows(order(), f"orders/{topic}") for topic in ("create", "updated", "paid", "cancelled", "fulfilled")}
    assert {created(each).order_ref for each in told.values()} == {"no:1017"}
    assert {created(each).gross_minor for each in told.values()} == {60000}
    assert len({created(each).version_key for each in told.values()}) == 1
    assert {topic: states(each)[1:] for topic, each in told.items()} == {
        "create": [], "updated": [], "paid": ["paid"], "cancelled": ["cancelled"], "fulfilled": ["shipped"],
    }  # fmt: skip
    references = {row.order_ref: row.same_as_ref for row in told["create"] if isinstance(row, OrderReference)}
    assert references == {"shopify:5778367414385": "no:1017", "no:5778367414385": "no:1017"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"financial_status": "pending"}, []),
        ({"financial_status": "authorized"}, ["authorised"]),
        ({"financial_status": "partially_refunded"}, ["paid"]),
        ({"cancelled_at": "2025-04-01T00:00:00Z"}, ["cancelled"]),
        ({"fulfillments": [{"status": "success", "created_at": "2025-04-01T00:00:00Z"}]}, ["shipped"]),
        ({"fulfillments": [{"status": "cancelled", "created_at": "2025-04-01T00:00:00Z"}]}, []),
        (
            {
                "fulfillments": [
                    {"status": "success", "created_at": "2025-04-01T00:00:00Z"}
                    | {"shipment_status": "delivered", "updated_at": "2025-04-03T00:00:00Z"}
                ]
            },
            ["shipped", "delivered"],
        ),
    ],
)  # fmt: skip
def test_further_states_of_an_order(change: dict[str, Any], expected: list[str]) -> None:
    assert states(rows(order(**change), "orders/updated"))[1:] == expected


def test_buyers() -> None:
    at = shop()
    noted = [{"name": "PSID", "value": "1244813222196986"}, {"name": "wa_id", "value": 49170}, {"name": "psid", "value": "no id"}]
    told = rows(order(note_attributes=noted), "orders/create")
    hub = at.person("shopify", "7")
    assert created(told).person_key == hub
    links = {(row.reason, row.person_key) for row in told if isinstance(row, IdentityLink) and row.linked_key == hub}
    assert links == {
        ("customer_email", at.person("email", "ada@example.com")),
        ("customer_phone", at.person("phone", "491701234567")),
        ("note_attribute", at.person("messenger", "1244813222196986")),
        ("note_attribute", at.person("phone", "49170")),
    }
    guest = rows(order(customer=None, email="ada@example.com", phone="0049 170 1234567"), "orders/create")
    assert created(guest).person_key == at.person("email", "ada@example.com")
    assert [row.person_key for row in guest if isinstance(row, IdentityLink)] == [at.person("phone", "491701234567")]
    nobody = rows(order(customer=None), "orders/create")
    assert (created(nobody).person_key, len(nobody)) == (None, 4)


def test_a_checkout_is_a_cart_that_its_order_names() -> None:
    checkout = order(token="tok", abandoned_checkout_url=f"https://{DOMAIN}/1/checkouts/tok/recover", name="#5")
    cart = created(rows(checkout))
    assert (cart.state, cart.asset_id, cart.shop_id) == ("cart", DOMAIN, "blumen")
    named = [row.order_ref for row in rows(order(checkout_token="tok"), "orders/create") if isinstance(row, OrderReference)]
    assert cart.order_ref in named
    assert "tok" not in cart.order_ref


def test_a_product_is_named_by_the_shops_own_code_where_it_has_one() -> None:
    def named(**told: str | int) -> list[str | None]:
        line = {"id": 11, "title": "Vase", "quantity": 1, "price": "600.00", **told}
        return [row.product_id for row in rows(order(line_items=[line]), "orders/create") if isinstance(row, OrderLine)]

    assert named(sku="BE-001", product_id=21) == ["BE-001"]
    assert named(sku="", product_id=21) == ["21"]
    assert named(product_id=21) == ["21"]
