"""One valid body of each kind that Meta's platforms tell; what is personal in them is one of `SECRETS`."""

from __future__ import annotations

from typing import Any

from tests.messaging import BSUID, MESSAGE_ID, PAGE, PHONE, PSID, SENT_MS, TEXT, WAMID, chat, echo, event, whatsapp

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
    event(
        message={
            "mid": MESSAGE_ID,
            "sticker_id": 369239263222822,
            "attachments": [{"type": "sticker", "payload": {"sticker_id": 369239263222822}}],
        }
    ),
    event(
        message={
            "mid": MESSAGE_ID,
            "attachments": [{"type": "template", "payload": {"product": {"elements": [{"id": "1", "title": TEXT}]}}}],
        }
    ),
    event(message={"mid": MESSAGE_ID, "text": TEXT}, prior_message={"source": "checkbox_plugin", "identifier": PHONE}),
    echo(text=TEXT, metadata="REORDER:1017"),
    echo(attachments=[{"type": "template", "payload": RECEIPT | {"recipient_name": TEXT}}]),
    event(postback={"title": TEXT, "payload": TEXT, "referral": {"ref": "summer", "source": "ADS", "ad_id": "120226305854810726"}}),
    event(referral={"ref": TEXT, "source": "SHORTLINK", "type": "OPEN_THREAD"}),
    event(sender={"user_ref": PSID}, optin={"ref": "order_1017", "user_ref": PSID}),
    event(
        optin={
            "type": "notification_messages",
            "payload": TEXT,
            "notification_messages_token": PSID,
            "notification_messages_status": "STOP",
        }
    ),
    event(delivery={"mids": [MESSAGE_ID, WAMID], "watermark": SENT_MS}),
    event(read={"watermark": SENT_MS}),
    event(reaction={"mid": MESSAGE_ID, "action": "react", "reaction": TEXT, "emoji": TEXT}),
    event(message_edit={"mid": MESSAGE_ID, "text": TEXT, "num_edit": "2"}),
    event(
        messaging_feedback={"feedback_screens": [{"questions": {TEXT: {"type": "csat", "payload": "5", "follow_up": {"payload": TEXT}}}}]}
    ),
    event(template={"type": "coupon", "payload": TEXT, "coupon_code": TEXT}),
    event(account_linking={"status": "linked", "authorization_code": PHONE}),
    event(pass_thread_control={"new_owner_app_id": "123", "metadata": TEXT}),
    event(game_play={"player_id": PSID, "payload": TEXT}),
    event(payment={"payload": TEXT, "requested_user_info": {"contact_phone": PHONE}, "amount": {"currency": "USD", "amount": 29.62}}),
)
CHANGES: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "feed",
        {
            "item": "comment",
            "verb": "add",
            "comment_id": MESSAGE_ID,
            "post_id": f"{PAGE}_9",
            "from": {"id": PSID, "name": TEXT},
            "message": TEXT,
        },
    ),
    (
        "feed",
        {
            "item": "reaction",
            "verb": "remove",
            "post_id": f"{PAGE}_9",
            "reaction_type": "love",
            "sender_id": PSID,
            "created_time": SENT_MS // 1000,
        },
    ),
    ("comments", {"id": MESSAGE_ID, "text": TEXT, "from": {"id": PSID, "username": TEXT}, "media": {"id": "76543987"}}),
    ("leadgen", {"ad_id": 120226305854810726, "form_id": 1, "leadgen_id": 1636129430026801, "created_time": SENT_MS // 1000}),
    ("ratings", {"item": "rating", "verb": "add", "reviewer_id": PSID, "review_text": TEXT, "recommendation_type": "POSITIVE"}),
    ("marketing_message_echoes", {"recipient_id": int(PSID), "mid": MESSAGE_ID, "timestamp": SENT_MS, "message_id": "124141414124"}),
    ("story_insights", {"media_id": "17887498072083520", "exits": 3}),
)
CART = {
    "catalog_id": "1",
    "text": TEXT,
    "product_items": [{"product_retailer_id": "vase", "quantity": 2, "item_price": 7.99, "currency": "EUR"}],
}
PAYMENT = {
    "reference_id": "A-17",
    "amount": {"value": 21000, "offset": 100},
    "currency": "INR",
    "transaction": {"id": PHONE, "status": "success"},
    "refunds": [{"id": "r1", "amount": {"value": "100", "offset": "100"}, "status": "success"}],
}
_STATUS = {"id": WAMID, "timestamp": str(SENT_MS // 1000), "recipient_id": PHONE, "recipient_user_id": BSUID}
_AD = {
    "source_type": "ad",
    "source_id": "120226305854810726",
    "headline": TEXT,
    "ctwa_clid": "ARAkLkA8rmlFeiCktEJQ-QTwRiyYHAFDLMNDBH0CD3qp",
}
_CONTACTS = [{"profile": {"name": TEXT}, "wa_id": PHONE, "user_id": BSUID}]
WHATSAPP_BODIES: tuple[dict[str, Any], ...] = (
    whatsapp(contacts=_CONTACTS, messages=[chat(type="text", text={"body": TEXT}, referral=_AD, from_user_id=BSUID)]),
    whatsapp(
        messages=[
            chat(type="order", order=CART),
            chat(type="sticker", sticker={"id": PHONE}),
            chat(type="reaction", reaction={"message_id": WAMID}),
        ]
    ),
    whatsapp(messages=[chat(type="system", system={"type": "user_changed_number", "wa_id": "4915199999999", "body": TEXT})]),
    whatsapp(statuses=[_STATUS | {"status": "read"}, _STATUS | {"type": "payment", "status": "captured", "payment": PAYMENT}]),
    whatsapp(
        user_actions=[
            {
                "action_type": "marketing_messages_link_click",
                "timestamp": "1700000000",
                "marketing_messages_link_click_data": {"click_id": PHONE},
            }
        ]
    ),
    whatsapp(
        "user_preferences",
        user_preferences=[{"wa_id": PHONE, "user_id": BSUID, "value": "stop", "category": "marketing_messages", "timestamp": 1700000000}],
    ),
    whatsapp(
        "user_id_update", user_id_update=[{"wa_id": PHONE, "user_id": {"previous": BSUID, "current": "US.1"}, "timestamp": "1700000000"}]
    ),
    whatsapp(
        "automatic_events",
        automatic_events=[
            {"id": WAMID, "event_name": "Purchase", "timestamp": 1700000000, "custom_data": {"currency": "USD", "value": 25000}}
        ],
    ),
    whatsapp("calls", calls=[{"id": WAMID, "from": PHONE, "event": "connect", "direction": "USER_INITIATED", "timestamp": "1700000000"}]),
    whatsapp("smb_message_echoes", message_echoes=[chat(**{"from": "15550783881", "to": PHONE}, type="text", text={"body": TEXT})]),
    whatsapp(
        "history", history=[{"metadata": {"phase": 0}, "threads": [{"id": PHONE, "messages": [chat(type="text", text={"body": TEXT})]}]}]
    ),
)
