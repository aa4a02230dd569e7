"""Bodies of Meta's webhooks for tests: a desk, envelopes, one valid body of each kind, and ways to break them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from hypothesis import strategies as st

from pipelines.sources.contract import Delivery, Loaded, Outcome, Quarantined, Source
from pipelines.sources.desk import Desk, ShopSettings
from pipelines.sources.quarantine import Reason
from pipelines.sources.rows import Row

PAGE, ACCOUNT, NUMBER = "1001", "17841400000000001", "106540352242922"
ASSETS = {"messenger": PAGE, "instagram": ACCOUNT, "whatsapp": NUMBER}
SENT_MS = 1_700_000_000_000  # 2023-11-14T22:13:20Z

# What must never come out of a normaliser.
PSID, PHONE, BSUID = "7199253308124466", "4915123456789", "US.90215566781234567890"
MESSAGE_ID = "m_KXGKDUpO6xbVdAmZFBVpzU1AhKVJdAIUnUH4cwkvb_K3i"
WAMID = "wamid.HBgLNDkxNTEyMzQ1Njc4OQ=="
TEXT = "the green vase, please; ring me after six"
SECRETS = (PSID, PHONE, BSUID, MESSAGE_ID, WAMID, TEXT)


def new_desk() -> Desk:
    """One shop in Berlin with a page, an Instagram account and a WhatsApp number."""
    settings = ShopSettings("berlin", "EUR", "Europe/Berlin")
    return Desk({asset: settings for asset in ASSETS.items()}, lambda shop_id: shop_id.encode().ljust(32, b"k"))


def read(source: Source, body: Any, *, desk: Desk | None = None, received_ms: int = 0) -> list[Outcome]:
    """The outcomes of a body, told as bytes or as a JSON value."""
    encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
    return list(source.normalise(Delivery(encoded, received_ms=received_ms), desk or new_desk()))


def loaded(source: Source, body: Any, *, desk: Desk | None = None) -> list[Row]:
    """The rows of a body whose records all load."""
    outcomes = read(source, body, desk=desk)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Quarantined)]
    assert refused == []
    return [row for outcome in outcomes if isinstance(outcome, Loaded) for row in outcome.rows]


def reasons(outcomes: Iterable[Outcome]) -> list[Reason | None]:
    """The reason of each refusal, None for each loaded record."""
    return [outcome.reason if isinstance(outcome, Quarantined) else None for outcome in outcomes]


def encoded(outcomes: Iterable[Outcome]) -> str:
    """Everything that leaves a normaliser, as text."""
    return "\n".join(
        outcome.field if isinstance(outcome, Quarantined) else msgspec.json.encode(outcome.rows).decode() for outcome in outcomes
    )


def items(*events: dict[str, Any], platform: str = "page", asset: str = PAGE, name: str = "messaging") -> dict[str, Any]:
    """A body with one entry."""
    return {"object": platform, "entry": [{"id": asset, "time": SENT_MS + 400, name: list(events)}]}


def event(**told: Any) -> dict[str, Any]:
    """An item of `messaging[]` from the customer to the page."""
    return {"sender": {"id": PSID}, "recipient": {"id": PAGE}, "timestamp": SENT_MS} | told


def echo(**message: Any) -> dict[str, Any]:
    """A message of the page to the customer."""
    told = {"mid": MESSAGE_ID, "is_echo": True, "app_id": 1821152484774199} | message
    return event(sender={"id": PAGE}, recipient={"id": PSID}, message=told)


def change(field: str, value: Any, *, platform: str = "page", asset: str = PAGE) -> dict[str, Any]:
    body = items({"field": field, "value": value}, platform=platform, asset=asset, name="changes")
    body["entry"][0]["time"] = SENT_MS // 1000
    return body


def whatsapp(field: str = "messages", **lists: Any) -> dict[str, Any]:
    """A WhatsApp body with one change."""
    value = {"messaging_product": "whatsapp", "metadata": {"display_phone_number": "15550783881", "phone_number_id": NUMBER}}
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [{"field": field, "value": value | lists}]}]}


def chat(**told: Any) -> dict[str, Any]:
    """An item of WhatsApp's `messages[]`."""
    return {"from": PHONE, "id": WAMID, "timestamp": str(SENT_MS // 1000)} | told


RECEIPT = {
    "template_type": "receipt",
    "recipient_name": "Stephane Crozatier",
    "order_number": "12345678902",
    "currency": "USD",
    "payment_method": "Visa 2345",
    "timestamp": "1428444852",
    "elements": [
        {"title": "Classic White T-Shirt", "subtitle": "100% Soft Cotton", "quantity": 2, "price": 50, "currency": "USD"},
        {"title": "Classic Gray T-Shirt", "quantity": 1, "price": 25, "currency": "usd"},
    ],
    "summary": {"subtotal": 75.00, "shipping_cost": 4.95, "total_tax": 6.19, "total_cost": 56.14},
    "adjustments": [{"name": "New Customer Discount", "amount": 20}, {"name": "$10 Off Coupon", "amount": 10}],
}
THREAD_ITEMS: tuple[dict[str, Any], ...] = (
    event(message={"mid": MESSAGE_ID, "text": TEXT, "reply_to": {"mid": MESSAGE_ID}, "referral": {"product": {"id": "sku-1"}}}),
    event(message={"mid": MESSAGE_ID, "sticker_id": 369239263222822, "attachments": [{"type": "sticker", "payload": {"sticker_id": 369239263222822}}]}),
    event(message={"mid": MESSAGE_ID, "attachments": [{"type": "template", "payload": {"product": {"elements": [{"id": "1", "title": TEXT}]}}}]}),
    event(message={"mid": MESSAGE_ID, "text": TEXT}, prior_message={"source": "checkbox_plugin", "identifier": PHONE}),
    echo(text=TEXT, metadata="REORDER:1017"),
    echo(attachments=[{"type": "template", "payload": RECEIPT | {"recipient_name": TEXT}}]),
    event(postback={"title": TEXT, "payload": TEXT, "referral": {"ref": "summer", "source": "ADS", "ad_id": "120226305854810726"}}),
    event(referral={"ref": TEXT, "source": "SHORTLINK", "type": "OPEN_THREAD"}),
    event(sender={"user_ref": PSID}, optin={"ref": "order_1017", "user_ref": PSID}),
    event(optin={"type": "notification_messages", "payload": TEXT, "notification_messages_token": PSID, "notification_messages_status": "STOP"}),
    event(delivery={"mids": [MESSAGE_ID, WAMID], "watermark": SENT_MS}),
    event(read={"watermark": SENT_MS}),
    event(reaction={"mid": MESSAGE_ID, "action": "react", "reaction": TEXT, "emoji": TEXT}),
    event(message_edit={"mid": MESSAGE_ID, "text": TEXT, "num_edit": "2"}),
    event(messaging_feedback={"feedback_screens": [{"questions": {TEXT: {"type": "csat", "payload": "5", "follow_up": {"payload": TEXT}}}}]}),
    event(template={"type": "coupon", "payload": TEXT, "coupon_code": TEXT}),
    event(account_linking={"status": "linked", "authorization_code": PHONE}),
    event(pass_thread_control={"new_owner_app_id": "123", "metadata": TEXT}),
    event(game_play={"player_id": PSID, "payload": TEXT}),
    event(payment={"payload": TEXT, "requested_user_info": {"contact_phone": PHONE}, "amount": {"currency": "USD", "amount": 29.62}}),
)
CHANGES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("feed", {"item": "comment", "verb": "add", "comment_id": MESSAGE_ID, "post_id": f"{PAGE}_9", "from": {"id": PSID, "name": TEXT}, "message": TEXT}),
    ("feed", {"item": "reaction", "verb": "remove", "post_id": f"{PAGE}_9", "reaction_type": "love", "sender_id": PSID, "created_time": SENT_MS // 1000}),
    ("comments", {"id": MESSAGE_ID, "text": TEXT, "from": {"id": PSID, "username": TEXT}, "media": {"id": "76543987"}}),
    ("leadgen", {"ad_id": 120226305854810726, "form_id": 1, "leadgen_id": 1636129430026801, "created_time": SENT_MS // 1000}),
    ("ratings", {"item": "rating", "verb": "add", "reviewer_id": PSID, "review_text": TEXT, "recommendation_type": "POSITIVE"}),
    ("marketing_message_echoes", {"recipient_id": int(PSID), "mid": MESSAGE_ID, "timestamp": SENT_MS, "message_id": "124141414124"}),
    ("story_insights", {"media_id": "17887498072083520", "exits": 3}),
)
CART = {"catalog_id": "1", "text": TEXT, "product_items": [{"product_retailer_id": "vase", "quantity": 2, "item_price": 7.99, "currency": "EUR"}]}
PAYMENT = {
    "reference_id": "A-17",
    "amount": {"value": 21000, "offset": 100},
    "currency": "INR",
    "transaction": {"id": PHONE, "status": "success"},
    "refunds": [{"id": "r1", "amount": {"value": "100", "offset": "100"}, "status": "success"}],
}
_STATUS = {"id": WAMID, "timestamp": str(SENT_MS // 1000), "recipient_id": PHONE, "recipient_user_id": BSUID}
_AD = {"source_type": "ad", "source_id": "120226305854810726", "headline": TEXT, "ctwa_clid": "ARAkLkA8rmlFeiCktEJQ-QTwRiyYHAFDLMNDBH0CD3qp"}
_CONTACTS = [{"profile": {"name": TEXT}, "wa_id": PHONE, "user_id": BSUID}]
WHATSAPP_BODIES: tuple[dict[str, Any], ...] = (
    whatsapp(contacts=_CONTACTS, messages=[chat(type="text", text={"body": TEXT}, referral=_AD, from_user_id=BSUID)]),
    whatsapp(messages=[chat(type="order", order=CART), chat(type="sticker", sticker={"id": PHONE}), chat(type="reaction", reaction={"message_id": WAMID})]),
    whatsapp(messages=[chat(type="system", system={"type": "user_changed_number", "wa_id": "4915199999999", "body": TEXT})]),
    whatsapp(statuses=[_STATUS | {"status": "read"}, _STATUS | {"type": "payment", "status": "captured", "payment": PAYMENT}]),
    whatsapp(user_actions=[{"action_type": "marketing_messages_link_click", "timestamp": "1700000000", "marketing_messages_link_click_data": {"click_id": PHONE}}]),
    whatsapp("user_preferences", user_preferences=[{"wa_id": PHONE, "user_id": BSUID, "value": "stop", "category": "marketing_messages", "timestamp": 1700000000}]),
    whatsapp("user_id_update", user_id_update=[{"wa_id": PHONE, "user_id": {"previous": BSUID, "current": "US.1"}, "timestamp": "1700000000"}]),
    whatsapp("automatic_events", automatic_events=[{"id": WAMID, "event_name": "Purchase", "timestamp": 1700000000, "custom_data": {"currency": "USD", "value": 25000}}]),
    whatsapp("calls", calls=[{"id": WAMID, "from": PHONE, "event": "connect", "direction": "USER_INITIATED", "timestamp": "1700000000"}]),
    whatsapp("smb_message_echoes", message_echoes=[chat(**{"from": "15550783881", "to": PHONE}, type="text", text={"body": TEXT})]),
    whatsapp("history", history=[{"metadata": {"phase": 0}, "threads": [{"id": PHONE, "messages": [chat(type="text", text={"body": TEXT})]}]}]),
)

SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8)


@st.composite
def mutated(draw: Callable[..., Any], bodies: st.SearchStrategy[Any]) -> Any:
    """A valid body in which some places are replaced by any JSON, removed or told twice."""
    body = json.loads(json.dumps(draw(bodies)))
    for _ in range(draw(st.integers(1, 3))):
        place = body
        while True:
            key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            inner = place[key]
            if not isinstance(inner, dict | list) or not inner or draw(st.integers(0, 3)) == 0:
                break
            place = inner
        action = draw(st.sampled_from(["replace", "remove", "repeat"]))
        if action == "replace":
            place[key] = draw(JSON)
        elif action == "repeat" and isinstance(place, list):
            place.append(inner)
        elif len(place) > 1:
            del place[key]
    return body
