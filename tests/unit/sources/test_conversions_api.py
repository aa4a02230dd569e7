"""Conversions API events: website, messaging and till, told as bodies their senders keep."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.contract import Delivery, Loaded, Outcome, Quarantined
from pipelines.sources.conversions_api import SOURCE
from pipelines.sources.desk import Desk, ShopSettings
from pipelines.sources.quarantine import Reason
from pipelines.sources.registry import source_of
from pipelines.sources.rows import MessageEvent, OrderEvent, OrderLine, Row, Touch

AT_S = 1_725_971_700
EMAIL, PHONE = "a@example.com", "4930123456"
HASHED = sha256(EMAIL.encode()).hexdigest()
ASSETS = ("www.shop.example", "1001", "17841400000000001", "106540352242922", "77")


def desk() -> Desk:
    settings = ShopSettings("shop", "EUR", "Europe/Berlin")
    return Desk({("conversions_api", asset): settings for asset in ASSETS}, lambda shop: b"k" * 32)


def event(name: str = "Purchase", **told: Any) -> dict[str, Any]:
    website = {"action_source": "website", "event_source_url": "https://www.shop.example/thanks", "event_id": "e1"}
    custom = {"currency": "EUR", "value": 142.52, "order_id": "#1001"}
    return {"event_name": name, "event_time": AT_S, **website, "user_data": {"em": [HASHED]}, "custom_data": custom, **told}


def outcomes(body: Any) -> list[Outcome]:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert source_of(text, {}) is SOURCE
    return list(SOURCE.normalise(Delivery(text), desk()))


def rows(*events: Any, **body: Any) -> list[Row]:
    told = outcomes({"data": list(events), **body})
    assert [outcome for outcome in told if isinstance(outcome, Quarantined)] == []
    return [row for outcome in told if isinstance(outcome, Loaded) for row in outcome.rows]


def order(told: dict[str, Any]) -> OrderEvent:
    (found,) = [row for row in rows(told) if isinstance(row, OrderEvent)]
    return found


def reason(told: Any, **body: Any) -> tuple[Reason, str]:
    (outcome,) = outcomes({"data": [told], **body})
    assert isinstance(outcome, Quarantined)
    return outcome.reason, outcome.field


def test_a_purchase_is_the_order_of_its_number() -> None:
    told = order(event())
    assert (told.order_ref, told.state, told.gross_minor, told.currency) == ("no:1001", "confirmed", 14252, "EUR")
    assert told.occurred_ms == AT_S * 1000
    contents = [{"id": "R1", "quantity": 2, "item_price": "60.00"}, {"id": "V", "quantity": 1, "item_price": 30}]
    priced = event(custom_data={"currency": "EUR", "value": "142.52", "order_id": "1001", "contents": contents})
    assert (order(priced).gross_minor, order(priced).discount_minor) == (15000, 748)
    assert [row.product_id for row in rows(priced) if isinstance(row, OrderLine)] == ["R1", "V"]


def test_trap_02_seconds_and_the_milliseconds_of_fbc() -> None:
    told = rows(event(user_data={"fbc": f"fb.1.{AT_S * 1000 - 60_000}.AbC"}))
    (click,) = [row for row in told if isinstance(row, Touch)]
    assert (click.occurred_ms, click.channel) == (AT_S * 1000 - 60_000, "meta_link")
    assert "AbC" not in repr(told)
    assert [row for row in rows(event(user_data={"fbc": "fb.1.12.AbC"})) if isinstance(row, Touch)] == []


@pytest.mark.parametrize("value", ["142.52", 142.52, "142.520"])
def test_trap_35_a_value_is_a_number_or_a_string(value: Any) -> None:
    assert order(event(custom_data={"value": value, "currency": "EUR", "order_id": 1001})).gross_minor == 14252


def test_trap_41_a_currency_in_lower_case() -> None:
    assert order(event(custom_data={"value": 3, "currency": "usd", "order_id": "1"})).currency == "USD"
    assert reason(event(custom_data={"value": 3, "currency": "euro"}))[0] is Reason.INVALID_CURRENCY


def test_trap_46_data_as_text_in_a_form_field() -> None:
    told = {"data": json.dumps([event(), event("Lead", event_id="e2")]), "partner_agent": "shop"}
    tables = [row.table for outcome in outcomes(told) if isinstance(outcome, Loaded) for row in outcome.rows]
    assert tables == ["order_event", "message_event"]
    assert [type(outcome) for outcome in outcomes({"data": [json.dumps(event())]})] == [Loaded]


def test_trap_25_events_of_the_test_tool() -> None:
    assert reason(event(), test_event_code="TEST1")[0] is Reason.TEST_TRAFFIC


def test_an_event_without_order_id_is_an_order_of_its_own_name_whoever_tells_it() -> None:
    bare = {"value": 5, "currency": "EUR"}
    server, browser = event(custom_data=bare), event(custom_data=bare, event_time=AT_S + 3, user_data={"fbp": "fb.1.1.2"})
    assert order(server).order_ref == order(browser).order_ref != order(event(custom_data=bare, event_id="e2")).order_ref


def test_a_till_is_paid_and_a_state_needs_its_order() -> None:
    bare = {"value": 5, "currency": "EUR"}
    till = event(action_source="physical_store", order_id="B-7", store_data={"store_page_id": 77}, custom_data=bare)
    assert (order(till).state, order(till).order_ref, order(till).asset_id) == ("paid", "no:b-7", "77")
    assert (order(event("OrderShipped")).state, order(event("OrderShipped")).gross_minor) == ("shipped", None)
    assert reason(event("OrderShipped", custom_data={})) == (Reason.MISSING_FIELD, "custom_data.order_id")


@pytest.mark.parametrize(
    ("channel", "user", "kind"),
    [
        ("messenger", {"page_id": "1001", "page_scoped_user_id": 7199253308124466}, "messenger"),
        ("instagram", {"instagram_business_account_id": "17841400000000001", "ig_sid": "7199253308124466"}, "instagram"),
        ("whatsapp", {"whatsapp_business_account_id": "106540352242922", "ctwa_clid": "7199253308124466"}, "ctwa_clid"),
    ],
)
def test_the_person_of_a_thread(channel: str, user: dict[str, Any], kind: str) -> None:
    told = order(event(action_source="business_messaging", messaging_channel=channel, user_data=user))
    assert told.person_key == desk().shop("conversions_api", "1001").person(kind, "7199253308124466")
    assert told.shop_id == "shop"


def test_a_hashed_contact_is_the_person_told_in_plain_and_its_hash_is_kept_nowhere() -> None:
    at_desk = desk()
    shop = at_desk.shop("conversions_api", "www.shop.example")
    body = {"em": HASHED.upper(), "ph": [sha256(PHONE.encode()).hexdigest()], "external_id": "c9"}
    (outcome,) = SOURCE.normalise(Delivery(json.dumps({"data": [event(user_data=body)]}).encode()), at_desk)
    assert isinstance(outcome, Loaded)
    links = {row.person_key for row in outcome.rows if row.table == "identity_link"}
    assert outcome.rows[0].person_key == shop.person("email", EMAIL)
    assert links == {shop.person("phone", PHONE), shop.person("external_id", "c9")}
    assert {contact.kind for contact in at_desk.take_contacts()} == {"external_id", "email", "phone"}  # the plain ones of this test
    assert HASHED not in repr(outcome)


def test_an_address_that_was_not_hashed_is_the_same_person() -> None:
    assert order(event(user_data={"em": " A@example.com"})).person_key == order(event()).person_key


def test_carts_looks_and_leads() -> None:
    goods = {"currency": "EUR", "contents": [{"id": "R1", "quantity": 2, "item_price": 3.1}]}
    (cart,) = [row for row in rows(event("AddToCart", custom_data=goods)) if isinstance(row, OrderEvent)]
    assert (cart.state, cart.gross_minor) == ("cart", 620)
    looks = [row for row in rows(event("ViewContent", custom_data={"content_ids": ["R1", 5]})) if isinstance(row, Touch)]
    assert [(look.kind, look.product_id) for look in looks] == [("product_view", "R1"), ("product_view", "5")]
    for name, kind in (("LeadSubmitted", "lead"), ("Lead", "lead"), ("PageView", "other")):
        assert [row.kind for row in rows(event(name)) if isinstance(row, MessageEvent)] == [kind]


def test_bodies_without_events_times_and_shapes() -> None:
    (outcome,) = outcomes({"data": [], "partner_agent": "shop"})
    assert outcome == Quarantined(Reason.EMPTY_DELIVERY, "data")
    assert reason(event(event_time=None)) == (Reason.INVALID_TIMESTAMP, "event_time")
    assert reason(event(user_data=5))[0] is Reason.WRONG_SHAPE
    assert reason(event(custom_data={"currency": "EUR", "value": "a lot"}))[0] is Reason.INVALID_MONEY


NESTED = ("em", "ph", "fbc", "contents", "value", "id", "quantity")
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NESTED), inner),
    max_leaves=8,
)
_fields = st.sampled_from(["user_data", "custom_data", "event_id", "event_time", "store_data", "order_id"])


@given(told=st.dictionaries(_fields, _json))
def test_any_shape_is_read_or_refused(told: dict[str, Any]) -> None:
    for outcome in outcomes({"data": [event(), {**event(), **told}]}):
        assert isinstance(outcome, Loaded | Quarantined)
