"""GA4 events: export rows, flattened rows and Measurement Protocol bodies, written in their shapes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.contract import Loaded, Quarantined
from pipelines.sources.quarantine import Reason
from pipelines.sources.rows import IdentityLink, MessageEvent, OrderEvent, OrderLine, Refund, Row, Touch
from tests.web_events import AT_MS, AT_US, CLIENT, SESSION, desk, exported, outcomes, param, purchase, rows


def of(kind: type[Row], body: Any) -> list[Any]:
    return [row for row in rows(body) if isinstance(row, kind)]


def reason(body: Any) -> tuple[Reason, str]:
    (outcome,) = outcomes(body)
    assert isinstance(outcome, Quarantined)
    return outcome.reason, outcome.field


def test_a_purchase_is_the_order_of_its_number() -> None:
    (order,) = of(OrderEvent, purchase())
    assert (order.order_ref, order.state, order.occurred_ms, order.currency) == ("no:1001", "confirmed", AT_MS, "EUR")
    assert (order.gross_minor, order.discount_minor, order.tax_minor, order.shipping_minor) == (2240, 0, 426, 490)
    assert [(line.product_id, line.quantity, line.gross_minor) for line in of(OrderLine, purchase())] == [("R1", 4, 1240), ("V", 1, 1000)]


@pytest.mark.parametrize(
    ("revenue", "discount", "gross"),
    [(22.4, 0, 2240), (20, 240, 2240), (31.56, 0, 2240), (30, 0, 3000), (None, 0, 2240)],
)
def test_the_value_tells_discount_and_may_hold_tax_and_shipping(revenue: Any, discount: int, gross: int) -> None:
    told = {"transaction_id": "1", "purchase_revenue": revenue, "tax_value": 4.26, "shipping_value": 4.9}
    (order,) = of(OrderEvent, purchase(ecommerce=told))
    assert (order.gross_minor, order.discount_minor) == (gross, discount)


def test_a_price_is_told_after_its_discount() -> None:
    items = [{"item_id": "R1", "price": "2.50", "discount": 0.5, "quantity": 2}]
    (order,) = of(OrderEvent, purchase(items=items, ecommerce={"transaction_id": "1", "purchase_revenue": 5}))
    assert (order.gross_minor, order.discount_minor) == (600, 100)


def test_trap_02_times_are_microseconds() -> None:
    assert {row.occurred_ms for row in rows(exported("scroll"))} == {AT_MS}
    assert reason(exported("scroll", event_timestamp="asdf")) == (Reason.INVALID_TIMESTAMP, "event_timestamp")
    assert reason(exported("scroll", event_timestamp=1_725_971_700))[0] is Reason.INVALID_TIMESTAMP  # seconds are no microseconds


def test_trap_07_the_local_day_is_the_shops_and_not_the_propertys() -> None:
    late = exported("scroll", event_timestamp=1_725_919_200_000_000, event_date="20240909")  # 2024-09-09T22:00Z, midnight in Berlin
    (row,) = rows(late)
    assert row.occurred_day == 19976  # 2024-09-10


@given(digits=st.text("0123456789", min_size=1, max_size=12))
def test_trap_08_a_client_id_never_goes_through_a_float(digits: str) -> None:
    client = f"1234567890123456789.{digits}0"
    as_text = json.dumps(exported("login", user_pseudo_id=client)).encode()
    as_number = as_text.replace(b'"%b"' % client.encode(), client.encode())
    assert as_text != as_number
    assert rows(as_text) == rows(as_number)
    assert rows(as_text) != rows(exported("login", user_pseudo_id=str(float(client))))


def test_trap_35_amounts_are_exact_as_number_and_as_text() -> None:
    body = json.dumps(purchase()).encode()
    for cell in (b"22.4", b'"22.4"', b"2.24e1", b"22.40000000000000000000"):
        (order,) = of(OrderEvent, body.replace(b"22.4", cell))
        assert order.gross_minor == 2240
    half = purchase(items=[], ecommerce={"transaction_id": "1", "purchase_revenue": Decimal("1.005")})
    (order,) = of(OrderEvent, json.dumps(half, default=str).replace('"1.005"', "1.005").encode())
    assert order.gross_minor == 101  # a float would be 1.00499…


def test_trap_41_dollars_where_the_local_revenue_is_blank() -> None:
    ecommerce = {"transaction_id": "1", "purchase_revenue": None, "purchase_revenue_in_usd": 7.5, "tax_value_in_usd": 1}
    items = [{"item_id": "R1", "price_in_usd": 2.5, "price": 2.25, "quantity": 3}]
    (order, *_) = of(OrderEvent, purchase(ecommerce=ecommerce, items=items))
    assert (order.currency, order.gross_minor, order.tax_minor) == ("USD", 750, 100)
    lower = exported("purchase", params=[param("currency", string_value="usd"), param("value", double_value=3.5)])
    (order,) = of(OrderEvent, {**lower, "ecommerce": {"transaction_id": "2"}})
    assert (order.currency, order.gross_minor) == ("USD", 350)


@pytest.mark.parametrize("told", [{}, {"transaction_id": "(not set)"}, {"transaction_id": ""}])
def test_a_purchase_that_names_no_order_is_refused(told: dict[str, Any]) -> None:
    assert reason(purchase(ecommerce=told)) == (Reason.MISSING_FIELD, "transaction_id")


def test_a_refund_gives_back_all_or_the_items_told() -> None:
    (refund,) = of(Refund, exported("refund", ecommerce={"transaction_id": "1001", "refund_value": 5.5}))
    assert (refund.order_ref, refund.refund_minor, refund.kind) == ("no:1001", 550, "goods")
    items = [{"item_id": "R1", "price": 3.1, "quantity": 2}]
    (refund,) = of(Refund, exported("refund", ecommerce={"transaction_id": "1001"}, items=items))
    assert (refund.refund_minor, refund.quantity, refund.product_id) == (620, 2, "R1")


def test_carts_and_looks() -> None:
    items = [{"item_id": "R1", "price": 3.1, "quantity": 2}]
    (cart,) = of(OrderEvent, exported("add_to_cart", items=items))
    assert (cart.state, cart.gross_minor, cart.order_ref[:5]) == ("cart", 620, "cart:")
    (look,) = of(Touch, exported("view_item", items=items))
    assert (look.kind, look.product_id) == ("product_view", "R1")
    (other,) = rows(exported("view_item"))
    assert isinstance(other, MessageEvent)
    assert (other.kind, other.direction) == ("other", "none")


CAMPAIGN = {"manual_source": "facebook", "manual_medium": "paid_social", "manual_campaign_name": "spring"}


@pytest.mark.parametrize(
    ("collected", "kind", "channel"),
    [
        (CAMPAIGN, "ad_referral", "meta_ads"),
        ({"gclid": "Cj0"}, "ad_referral", "google_ads"),
        ({"manual_source": "google", "manual_medium": "cpc"}, "ad_referral", "google_ads"),
        ({"manual_source": "bing", "manual_medium": "cpc"}, "ad_referral", "other_ads"),
        ({"manual_source": "google", "manual_medium": "organic"}, "link_referral", "organic_search"),
        ({"manual_source": "l.facebook.com", "manual_medium": "referral"}, "link_referral", "organic_social"),
        ({"manual_source": "news", "manual_medium": "email"}, "link_referral", "email"),
    ],
)
def test_a_campaign_is_a_touch_with_a_channel(collected: dict[str, str], kind: str, channel: str) -> None:
    (touch,) = of(Touch, exported("session_start", collected_traffic_source=collected))
    assert (touch.kind, touch.channel, touch.occurred_ms) == (kind, channel, SESSION * 1000)
    (again,) = of(Touch, exported("page_view", collected_traffic_source=collected, event_timestamp=AT_US + 5_000_000))
    assert again == touch  # every event of the session tells it


def test_a_visit_without_a_source_is_no_touch() -> None:
    direct = {"manual_source": "(direct)", "manual_medium": "(none)"}
    assert of(Touch, exported("session_start", collected_traffic_source=direct)) == []


def test_a_login_links_account_and_browser() -> None:
    (link,) = of(IdentityLink, exported("login", user_id="user_123"))
    shop = desk().shop("ga4", "3206015529")
    assert (link.person_key, link.linked_key) == (shop.person("ga4", CLIENT), shop.person("ga4_user", "user_123"))
    told = repr(rows(exported("login", user_id="user_123")))
    assert CLIENT not in told
    assert "user_123" not in told


def test_protocol_bodies_hold_several_events() -> None:
    params = {"transaction_id": "1001", "value": 22.4, "currency": "EUR", "tax": 4.26, "page_location": "https://www.example.com/thanks"}
    events = [{"name": name, "params": params} for name in ("purchase", "refund")]
    body = {"client_id": CLIENT, "timestamp_micros": str(AT_US), "events": events}
    assert [(row.table, row.shop_id, row.occurred_ms) for row in rows(body)] == [("order_event", "shop", AT_MS), ("refund", "shop", AT_MS)]
    assert reason({"client_id": CLIENT, "events": []}) == (Reason.EMPTY_DELIVERY, "events")


NESTED = ("event_params", "items", "ecommerce", "key", "value", "collected_traffic_source", "stream_id")
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NESTED), inner),
    max_leaves=12,
)


@given(body=_json)
def test_nested_fields_of_any_shape_are_read_or_refused(body: Any) -> None:
    told = {**purchase(), **(body if isinstance(body, dict) else {"items": body})}
    for outcome in outcomes(told):
        assert isinstance(outcome, Loaded | Quarantined)
