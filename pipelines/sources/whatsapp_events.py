"""What WhatsApp tells besides messages: statuses, clicks, preferences, changed ids, calls, detected purchases."""

from __future__ import annotations

from typing import Any

import msgspec

from pipelines.sources.inbox import Inbox, canonical_text
from pipelines.sources.money import exact_number
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier, product, updated_order, word
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import ConsentEvent, Row, Touch
from pipelines.sources.whatsapp_format import AUTOMATIC_EVENT, CALL, PREFERENCE, USER_ACTION, USER_ID_UPDATE
from pipelines.sources.whatsapp_orders import payment_rows, purchase_rows
from pipelines.sources.whatsapp_people import Sides, bsuid, clicker, customer
from pipelines.sources.whatsapp_status_format import STATUS, Status

_ITEM = msgspec.json.Decoder(dict[str, Any], float_hook=exact_number)
_AUTOMATIC_KINDS = {"LeadSubmitted": "lead", "Purchase": "payment"}


def status_rows(raw: msgspec.Raw, inbox: Inbox, sides: Sides) -> list[Row]:
    """The way of a sent message. Statuses come in any order and repeat: each is one event by message and status."""
    return rows_of_status(STATUS.decode(raw), inbox)


def rows_of_status(status: Status, inbox: Inbox) -> list[Row]:
    """`status_rows` of a decoded item."""
    occurred_ms = inbox.when(status.timestamp)
    person = customer(
        inbox, status.recipient_participant_id, status.recipient_participant_user_id, status.recipient_id, status.recipient_user_id
    )
    message_id = identifier(status.id)
    state = word(status.status)
    if state is None:
        raise Refusal(Reason.MISSING_FIELD, "status")
    if message_id is None and status.payment is None:
        raise Refusal(Reason.MISSING_FIELD, "id")
    referred = inbox.message_key(message_id) if message_id else None
    if status.type == "payment" and status.payment is not None:
        order = identifier(status.payment.reference_id)
        key = inbox.event_key("payment", person.person_key, status.timestamp, referred, order, state)
        order_ref, rows = payment_rows(status.payment, state, inbox, occurred_ms, person.person_key, key)
        event = inbox.message_event(
            occurred_ms, key, "payment", "in", person.person_key, refers_to_key=referred, status=state, order_ref=order_ref
        )
    else:
        key, rows = inbox.event_key("status", person.person_key, None, referred, state), []
        event = inbox.message_event(occurred_ms, key, "status", "none", person.person_key)
        event.refers_to_key, event.status = referred, state
        if status.biz_opaque_callback_data is not None:
            event.order_ref, event.order_stage = updated_order(status.biz_opaque_callback_data)
        if status.status == "sent" and (touch := free_entry_touch(status, inbox, occurred_ms, person.person_key, key)):
            rows.append(touch)
    if person.bsuid_key is not None:
        rows += person.links(inbox, occurred_ms)
    return [event, *rows]


def free_entry_touch(status: Status, inbox: Inbox, occurred_ms: int, person_key: str | None, message_key: str) -> Touch | None:
    """The click behind a `sent` message that was free because an ad had opened the chat: all that is left of it where the message
    that named the ad is lost. A message is `sent` inside its window; the other statuses may come days later. All messages of one
    window tell one touch; staging.touch drops it beside a known ad."""
    conversation, pricing = status.conversation, status.pricing
    is_free_entry = pricing is not None and pricing.type == "free_entry_point"
    if person_key is None:
        return None
    if not is_free_entry and not (conversation and conversation.origin and conversation.origin.type == "referral_conversion"):
        return None
    touch = inbox.touch(occurred_ms, "free_entry_point", "meta_ads", person_key, message_key)
    if conversation is not None and conversation.id is not None:
        touch.touch_key = inbox.shop.hashed("window", conversation.id)
    return touch


def automatic_rows(raw: msgspec.Raw, inbox: Inbox, sides: Sides) -> list[Row]:
    """A lead or purchase that Meta read out of a chat. It names the message and the click, not the customer."""
    event = AUTOMATIC_EVENT.decode(raw)
    occurred_ms = inbox.when(event.timestamp)
    message_id = identifier(event.id)
    if message_id is None:
        raise Refusal(Reason.MISSING_FIELD, "id")
    kind = _AUTOMATIC_KINDS.get(event.event_name or "")
    if kind is None:
        raise Refusal(Reason.UNKNOWN_EVENT, "event_name")
    person = sides.customer(inbox)
    if person.person_key is None:
        person = clicker(inbox, event.ctwa_clid)
    referred = inbox.message_key(message_id)
    key = inbox.event_key(kind, None, None, referred)
    rows = purchase_rows(event, inbox, occurred_ms, person.person_key, referred) if kind == "payment" else []
    order_ref = f"auto:{referred}" if rows else None
    return [inbox.message_event(occurred_ms, key, kind, "in", person.person_key, refers_to_key=referred, order_ref=order_ref), *rows]


def action_rows(raw: msgspec.Raw, inbox: Inbox, sides: Sides) -> list[Row]:
    """A click in a marketing message. WhatsApp does not tell whose."""
    action = USER_ACTION.decode(raw)
    occurred_ms = inbox.when(action.timestamp)
    click = action.marketing_messages_link_click_data
    click_id = identifier(click.click_id) if click else None
    key = inbox.event_key("other", None, action.timestamp, action.action_type, click_id)
    product_id = product(inbox.shop, click.product_id) if click else None
    event = inbox.message_event(occurred_ms, key, "other", "in", None, product_id=product_id, status=word(action.action_type))
    if action.action_type != "marketing_messages_link_click":
        return [event]
    click_key = inbox.shop.hashed("click", click_id) if click_id else None
    touch = inbox.touch(occurred_ms, "sponsored_message", "sponsored_message", None, key, click_key=click_key, product_id=product_id)
    return [event, touch]


def preference_rows(raw: msgspec.Raw, inbox: Inbox, sides: Sides) -> list[Row]:
    """`stop` or `resume` of marketing messages."""
    preference = PREFERENCE.decode(raw)
    occurred_ms = inbox.when(preference.timestamp)
    person = customer(inbox, preference.wa_id, preference.user_id)
    value = word(preference.value)
    key = inbox.event_key("preference", person.person_key, preference.timestamp, preference.category, value)
    event = inbox.message_event(occurred_ms, key, "preference", "in", person.person_key, status=value)
    rows: list[Row] = [event, *person.links(inbox, occurred_ms)]
    if person.person_key is not None and value in ("stop", "resume"):
        state = "withdrawn" if value == "stop" else "granted"
        consent = ConsentEvent(
            **inbox.base(occurred_ms), person_key=person.person_key, purpose="marketing_messages", state=state, basis="user_preferences"
        )
        rows.append(consent)
    return rows


def user_id_rows(raw: msgspec.Raw, inbox: Inbox, sides: Sides) -> list[Row]:
    """A new BSUID of the same person: the previous one is linked to it, and it to the phone where that is told."""
    update = USER_ID_UPDATE.decode(raw)
    occurred_ms = inbox.when(update.timestamp)
    previous = bsuid(update.user_id.previous) if update.user_id else None
    current = bsuid(update.user_id.current) if update.user_id else None
    if previous is None or current is None:
        raise Refusal(Reason.MISSING_FIELD, "user_id")
    shop = inbox.shop
    old_key, new_key = shop.person("whatsapp", previous), shop.person("whatsapp", current)
    person = customer(inbox, update.wa_id, current)
    key = inbox.event_key("system", new_key, update.timestamp, old_key)
    event = inbox.message_event(occurred_ms, key, "system", "none", new_key, status="user_id_update")
    return [event, inbox.link(occurred_ms, old_key, new_key, "user_id_update"), *person.links(inbox, occurred_ms)]


def call_rows(raw: msgspec.Raw, inbox: Inbox, sides: Sides) -> list[Row]:
    call = CALL.decode(raw)
    occurred_ms = inbox.when(call.timestamp)
    is_outgoing = call.direction == "BUSINESS_INITIATED"
    person = customer(inbox, call.to if is_outgoing else call.sender)
    key = inbox.event_key("call", person.person_key, None, identifier(call.id), call.event)
    return [inbox.message_event(occurred_ms, key, "call", "out" if is_outgoing else "in", person.person_key, status=word(call.event))]


def other_rows(raw: msgspec.Raw, inbox: Inbox, sides: Sides) -> list[Row]:
    """A known kind that nothing uses yet."""
    item = _ITEM.decode(raw)
    told = item.get("timestamp")
    occurred_ms = inbox.when(told if isinstance(told, int | str) and not isinstance(told, bool) else None)
    key = inbox.event_key("other", None, None, canonical_text(item))
    return [inbox.message_event(occurred_ms, key, "other", "none", None)]
