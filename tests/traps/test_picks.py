"""Section 8 of the formats: what chosen fixtures must give. Those that may not be copied are told here in their own shape.

The payments beta, WooCommerce and Fivetran's tables have their picks beside their sources' tests.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.sources import messenger, whatsapp
from pipelines.sources.contract import Delivery, Loaded, Outcome, Quarantined
from pipelines.sources.quarantine import Reason
from pipelines.sources.registry import source_of
from pipelines.sources.rows import OrderEvent, OrderLine, Refund
from tests.messaging import NUMBER, PAGE, PHONE, SENT_MS, chat, echo, event, items, key, loaded, ms, new_desk, read, reasons
from tests.messaging import whatsapp as whatsapp_body
from tests.messaging_bodies import CART, PAYMENT, RECEIPT
from tests.shopify_deliveries import created, order, rows, states
from tests.shopify_deliveries import reasons as shopify_reasons

# Fixture -> (kind, direction, asset, time) of its first row, and the tables of the others.
PICKS: dict[str, tuple[tuple[str, str, str, int], list[str]]] = {
    "restfb/webhooks__messaging-message-sticker-thumbup.json": (("like", "in", "12345654332", 1487254148673), []),
    "bottender/hugeLikeStickerMessage.json": (("like", "in", "404217156637689", 1491797086506), []),
    "bottender/connector__echoRequest.json": (("text", "out", "1134713619900975", 1492414608982), []),
    "restfb/webhooks__messaging-postback-chat.json": (("postback", "in", "12345654332", 1458692752478), ["touch"]),
    "restfb/webhooks__messaging-message-prior.json": (("text", "in", "12345654332", 1457764197627), ["identity_link"]),
    "restfb/webhooks__messaging-message-product-template-2.json": (("product_share", "in", "page id", 1636729431949), ["touch"]),
    "restfb/webhooks__leadgen.json": (("lead", "in", "1234567890321", 1485964825000), []),
}


def outcomes(path: Path) -> list[Outcome]:
    body = path.read_bytes()
    source = source_of(body, {})
    assert source is not None
    return list(source.normalise(Delivery(body), new_desk()))


@pytest.mark.parametrize("name", PICKS)
def test_pick(shared: Path, name: str) -> None:
    [outcome] = outcomes(shared / "fixtures" / name)
    assert isinstance(outcome, Loaded)
    first, *others = outcome.rows
    told = (first.kind, first.direction, first.asset_id, first.occurred_ms)  # type: ignore[attr-defined]
    assert (told, [row.table for row in others]) == PICKS[name]


def test_pick_test_traffic_and_ad_days(shared: Path) -> None:
    assert reasons(outcomes(shared / "fixtures/chatwoot/ig__instagram_test_text_event.json")) == [Reason.TEST_TRAFFIC]
    days = outcomes(shared / "fixtures/fivetran-dbt-facebook-ads/facebook_ads_basic_ad_data.json")
    spent = [outcome.rows[0] for outcome in days if isinstance(outcome, Loaded)]
    table = json.loads((shared / "fixtures/fivetran-dbt-facebook-ads/facebook_ads_basic_ad_data.json").read_text())
    assert len({(row.ad_id, row.occurred_day) for row in spent}) == len(spent) == len(table)  # type: ignore[attr-defined]
    assert sum(row.clicks for row in spent) == sum(int(row["inline_link_clicks"]) for row in table)  # type: ignore[attr-defined]


def test_pick_like_of_the_new_sticker_type_in_an_entry_without_an_object() -> None:
    like = event(message={"mid": "m", "attachments": [{"type": "sticker", "payload": {"sticker_id": 369239263222822, "url": "x"}}]})
    body = items(like)
    del body["object"]
    assert [row.kind for row in loaded(messenger.SOURCE, body)] == ["like"]


def test_pick_referral_in_seconds_with_both_names_of_its_sender() -> None:
    told = event(sender={"id": "5678", "user_ref": "5678"}, timestamp=1701599111, referral={"source": "SHORTLINK", "ref": "x"})
    referral, touch, link = loaded(messenger.SOURCE, items(told))
    assert referral.occurred_ms == touch.occurred_ms == ms(2023, 12, 3, 10, 25) + 11_000
    assert (link.person_key, link.linked_key) == (key("user_ref", "5678"), key("messenger", "5678"))


def test_pick_one_delivered_message_and_a_watermark() -> None:
    told = {"mids": ["mid.1458668856218:ed81099e15d3f4f233"], "watermark": 1458668856253, "seq": 37}
    [row] = loaded(messenger.SOURCE, items(event(timestamp=None, delivery=told)))
    assert (row.watermark_ms, row.refers_to_key) == (1458668856253, new_desk().shop("messenger", PAGE).hashed("message", told["mids"][0]))  # type: ignore[index]


def test_pick_receipt() -> None:
    _, state, *lines = loaded(messenger.SOURCE, items(echo(attachments=[{"type": "template", "payload": RECEIPT}])))
    assert isinstance(state, OrderEvent)
    total = state.gross_minor - state.discount_minor + state.tax_minor + state.shipping_minor  # type: ignore[operator]
    assert (total, state.currency, state.occurred_ms) == (5614, "USD", ms(2015, 4, 7, 22, 14) + 12_000)
    assert sum(isinstance(line, OrderLine) for line in lines) == 2


def test_pick_coupon_and_survey() -> None:
    [coupon] = loaded(messenger.SOURCE, items(event(template={"type": "coupon", "payload": "x", "coupon_code": "SAVE"})))
    answers = {"feedback_screens": [{"screen_id": 0, "questions": {"hauydmns8": {"type": "csat", "payload": "5"}}}]}
    [survey] = loaded(messenger.SOURCE, items(event(timestamp=None, messaging_feedback=answers)))
    assert (coupon.kind, coupon.direction) == ("coupon", "in")
    assert (survey.kind, survey.status, survey.occurred_ms) == ("feedback", "csat:5", SENT_MS + 400)


@pytest.mark.parametrize(
    ("quantities", "currency", "total"), [(((3, 30), (2, 35), (2, 10)), "ILS", 18000), (((1, 7.5), (2, "38.75")), "USD", 8500)]
)
def test_pick_cart(quantities: tuple[tuple[int, Any], ...], currency: str, total: int) -> None:
    cart = [
        {"product_retailer_id": str(number), "quantity": quantity, "item_price": price, "currency": currency}
        for number, (quantity, price) in enumerate(quantities)
    ]
    _, state, *_ = loaded(whatsapp.SOURCE, whatsapp_body(messages=[chat(type="order", order=CART | {"product_items": cart})]))
    assert (state.state, state.gross_minor, state.currency) == ("cart", total, currency)


def test_pick_cart_with_a_placeholder_for_its_price() -> None:
    cart = CART | {"product_items": [CART["product_items"][0] | {"item_price": "unit-price-of-item"}]}  # type: ignore[index]
    assert reasons(read(whatsapp.SOURCE, whatsapp_body(messages=[chat(type="order", order=cart)]))) == [Reason.INVALID_MONEY]


def test_pick_click_to_whatsapp() -> None:
    ad = {"source_type": "ad", "source_id": "120226305854810726", "ctwa_clid": "ARAkLkA8rmlFeiCktEJQ"}
    _, touch, link = loaded(whatsapp.SOURCE, whatsapp_body(messages=[chat(type="text", text={"body": "x"}, referral=ad)]))
    shop = new_desk().shop("whatsapp", NUMBER)
    assert (touch.kind, touch.ad_id, touch.click_key) == ("ad_referral", ad["source_id"], shop.hashed("click", ad["ctwa_clid"]))
    detected = {"id": "wamid.x", "event_name": "Purchase", "timestamp": SENT_MS // 1000, "ctwa_clid": ad["ctwa_clid"]}
    body = whatsapp_body("automatic_events", automatic_events=[detected | {"custom_data": {"currency": "USD", "value": 25000}}])
    _, purchase = loaded(whatsapp.SOURCE, body)
    assert (purchase.gross_minor, purchase.person_key, link.linked_key) == (2500, link.person_key, key("phone", PHONE))


def test_pick_payment_and_refund() -> None:
    status = {"id": "wamid.p", "timestamp": str(SENT_MS // 1000), "recipient_id": PHONE, "type": "payment", "status": "captured"}
    told = loaded(whatsapp.SOURCE, whatsapp_body(statuses=[status | {"payment": PAYMENT}]))
    assert [(row.state, row.gross_minor, row.currency) for row in told if isinstance(row, OrderEvent)] == [("paid", 21000, "INR")]
    assert [row.refund_minor for row in told if isinstance(row, Refund)] == [100]


@pytest.mark.parametrize("ids", [{"from": None, "from_user_id": "US.1234"}, {"from": "US.1234"}])
def test_pick_a_bsuid_in_either_place(ids: dict[str, Any]) -> None:
    [row] = loaded(whatsapp.SOURCE, whatsapp_body(messages=[chat(type="text", text={"body": "x"}) | ids]))
    assert row.person_key == key("whatsapp", "US.1234")


@pytest.mark.parametrize("status", ["sent", "delivered", "read", "failed"])
def test_pick_statuses(status: str) -> None:
    told = {"id": "wamid.s", "status": status, "timestamp": str(SENT_MS // 1000), "recipient_id": PHONE, "errors": [{"code": 131026}]}
    [row] = loaded(whatsapp.SOURCE, whatsapp_body(statuses=[told]))
    assert (row.kind, row.status) == ("status", status)


def test_pick_shopify_order_told_by_three_topics() -> None:
    document = order(financial_status=None)
    told = {topic: rows(document, f"orders/{topic}") for topic in ("create", "updated", "paid")}
    assert {(created(each).order_ref, created(each).gross_minor) for each in told.values()} == {("no:1017", 60000)}
    assert [states(each)[1:] for each in told.values()] == [[], [], ["paid"]]
    del document["id"]
    assert shopify_reasons(document, "orders/cancelled") == ["missing_field"]


def test_pick_user_id_update_and_batches(shared: Path) -> None:
    [merged] = outcomes(shared / "fixtures/restfb/whatsapp__webhook-userIdUpdate.json")
    assert isinstance(merged, Loaded)
    assert [row.table for row in merged.rows] == ["message_event", "identity_link", "identity_link"]
    batch = outcomes(shared / "fixtures/bottender/connector__batchRequest.json")
    assert len({outcome.rows[0].asset_id for outcome in batch if isinstance(outcome, Loaded)}) == 2  # type: ignore[attr-defined]
    standby = outcomes(shared / "fixtures/botbuilder-dotnet/PayloadWithStandby.json")
    assert [outcome.rows[0].kind for outcome in standby if isinstance(outcome, Loaded)] == ["text", "standby", "standby"]  # type: ignore[attr-defined]
    assert not any(isinstance(outcome, Quarantined) for outcome in (*batch, *standby))
