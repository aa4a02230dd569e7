"""One WhatsApp message -> its rows."""

from __future__ import annotations

from typing import Any

import msgspec

from pipelines.intents.classifier import customer_intent
from pipelines.sources.attachments import UNKNOWN_APP
from pipelines.sources.inbox import Inbox
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import advertisement, identifier, parameter, phone, product, word
from pipelines.sources.refusal import NeedsRaw, Refusal
from pipelines.sources.rows import IdentityLink, Row, Touch
from pipelines.sources.whatsapp_bills import BILL, STATUS, bill_rows
from pipelines.sources.whatsapp_format import MESSAGE, Message, Referral, System
from pipelines.sources.whatsapp_orders import cart_rows
from pipelines.sources.whatsapp_people import Customer, Sides, bsuid, bsuids_in, clicker, customer

# `type` of a message -> kind. The first that is there decides where a message tells no type.
_KINDS = {
    "text": "text",
    "image": "image",
    "video": "video",
    "audio": "audio",
    "document": "file",
    "sticker": "sticker",
    "location": "location",
    "contacts": "contacts",
    "button": "quick_reply",
    "interactive": "interactive",
    "order": "cart",
    "reaction": "reaction",
    "system": "system",
    "edit": "edit",
    "revoke": "delete",
    "errors": "unsupported",
}
_KINDS_WITHOUT_BODY = {"unsupported": "unsupported", "unknown": "unsupported", "template": "template", "request_welcome": "other"}
_CLICKS = {"ad": ("ad_referral", "meta_ads"), "post": ("organic_post", "organic_post")}
_UNAVAILABLE = 131060  # code of "This message is currently unavailable"
_REPLIES = frozenset({"button_reply", "list_reply"})

# Emoji of a reaction -> its name; skin tones and variation selectors aside.
_REACTIONS = {"👍": "like", "👎": "dislike", "❤": "love", "😍": "love", "😂": "haha", "😆": "haha", "😮": "wow", "😢": "sad", "😡": "angry"}


def message_rows(raw: msgspec.Raw, inbox: Inbox, sides: Sides) -> list[Row]:
    """The rows of an item of `messages[]` or `message_echoes[]`, the primary one first. Raises Refusal,
    InvalidMoney and msgspec.DecodeError."""
    return rows_of_message(MESSAGE.decode(raw), inbox, sides, raw)


def rows_of_message(message: Message, inbox: Inbox, sides: Sides, raw: msgspec.Raw | None = None) -> list[Row]:
    """`message_rows` of a decoded item. Raises NeedsRaw for a bill where `raw` is not told."""
    kind = _kind(message)
    occurred_ms = inbox.when(message.timestamp)
    person = _customer(message, inbox, sides)
    message_id = identifier(message.id)
    if message_id is None:
        raise Refusal(Reason.MISSING_FIELD, "id")
    key = inbox.message_key(message_id)
    rows: list[Row] = []
    if message.order is not None and not sides.is_outgoing:
        rows += cart_rows(message.order, inbox, occurred_ms, person.person_key, key)
    order_ref = None
    if message.interactive is not None and message.interactive.type in (BILL, STATUS):
        if raw is None:
            raise NeedsRaw
        order_ref, billed = bill_rows(raw, inbox, occurred_ms, person.person_key, key)
        rows += billed
    if not sides.is_outgoing and (message.referral or message.context or message.image or message.sticker or kind == "sticker"):
        rows += _touches(message, kind, inbox, occurred_ms, person, key)
    if message.referral is not None and person.person_key is not None:
        clicked = clicker(inbox, message.referral.ctwa_clid).person_key
        rows += [] if clicked is None else _link(inbox, occurred_ms, clicked, person.person_key, "ctwa_clid")
    if message.system is not None:
        rows += _number_change(message.system, inbox, occurred_ms, person)
    if person.bsuid_key is not None:
        rows += person.links(inbox, occurred_ms)
    text = _text(message)
    enquired = message.context.referred_product if message.context else None
    told_kind = "product_enquiry" if enquired and kind == "text" else kind
    event = inbox.message_event(occurred_ms, key, told_kind, _direction(kind, sides), person.person_key)
    event.refers_to_key = _referred(message, inbox)
    if text:
        event.text_length = len(text)
    event.intent = customer_intent(text or _button_text(message), sides.is_outgoing)
    if enquired:
        event.product_id = product(inbox.shop, enquired.product_retailer_id)
    event.app, event.status, event.order_ref = _app(message, kind), _status(message), order_ref
    return [event, *rows]


def _kind(message: Message) -> str:
    told = message.type or next((name for name in _KINDS if getattr(message, name) is not None), "")
    kind = _KINDS.get(told) or _KINDS_WITHOUT_BODY.get(told)
    if kind is None:
        raise Refusal(Reason.UNKNOWN_EVENT, "type")
    if kind == "interactive" and message.interactive is not None and message.interactive.type in _REPLIES:
        return "quick_reply"
    return "unreaction" if kind == "reaction" and not (message.reaction and message.reaction.emoji) else kind


def _direction(kind: str, sides: Sides) -> str:
    if kind == "system":
        return "none"
    return "out" if sides.is_outgoing else "in"


def _customer(message: Message, inbox: Inbox, sides: Sides) -> Customer:
    """The sender, or the recipient of an echo; the contact beside the message where it names nobody itself."""
    told = (message.to, message.to_user_id) if sides.is_outgoing else (message.sender, message.from_user_id)
    person = customer(inbox, *told)
    return sides.customer(inbox) if person.person_key is None else person


def _text(message: Message) -> str | None:
    if message.text is not None:
        return message.text.body
    if message.edit is not None and message.edit.message is not None and message.edit.message.text is not None:
        return message.edit.message.text.body
    if message.order is not None:
        return message.order.text
    media = message.image or message.video or message.document
    return media.caption if media else None


def _button_text(message: Message) -> str | None:
    """What is written on the button of a template that the customer tapped."""
    text = message.button.get("text") if isinstance(message.button, dict) else None
    return text if isinstance(text, str) else None


def _referred(message: Message, inbox: Inbox) -> str | None:
    """The message replied to, reacted to, edited or revoked. A product enquiry refers to an id of no message."""
    revision = message.edit or message.revoke
    if revision is not None:
        told = revision.original_message_id
    elif message.reaction is not None:
        told = message.reaction.message_id
    else:
        told = message.context.id if message.context and not message.context.referred_product else None
    text = identifier(told)
    return None if text is None else inbox.message_key(text)


def _app(message: Message, kind: str) -> str | None:
    """The app of a sticker or GIF is never told."""
    is_gif = message.image is not None and message.image.mime_type == "image/gif"
    return UNKNOWN_APP if kind == "sticker" or is_gif else None


def _status(message: Message) -> str | None:
    if message.reaction is not None and message.reaction.emoji:
        return _REACTIONS.get(message.reaction.emoji[0], "other")
    if message.system is not None:
        return word(message.system.type)
    if message.errors is not None and _is_unavailable(message.errors):
        return "unavailable"
    return word(message.history_context.status) if message.history_context is not None else None


def _is_unavailable(errors: Any) -> bool:
    """Whether the platform lost the message: mostly the first one of a chat that an ad opened."""
    return isinstance(errors, list) and any(isinstance(error, dict) and error.get("code") == _UNAVAILABLE for error in errors)


def _touches(message: Message, kind: str, inbox: Inbox, occurred_ms: int, person: Customer, key: str) -> list[Touch]:
    touches = []
    if message.referral is not None:
        touches.append(_referral(message.referral, inbox, occurred_ms, person, key))
    enquired = message.context.referred_product if message.context else None
    if enquired is not None and (product_id := product(inbox.shop, enquired.product_retailer_id)):
        touches.append(inbox.touch(occurred_ms, "product_enquiry", "product", person.person_key, key, product_id=product_id))
    if app := _app(message, kind):
        touches.append(inbox.touch(occurred_ms, "app_share", "app_share", person.person_key, key, app=app))
    return touches


def _referral(referral: Referral, inbox: Inbox, occurred_ms: int, person: Customer, key: str) -> Touch:
    """A click that opened the chat. Ads in a status tell no click id; a post is no ad."""
    shop = inbox.shop
    kind, channel = _CLICKS.get(referral.source_type or "", ("link_referral", "whatsapp_link"))
    ad_id = advertisement(shop, referral.source_id) if kind == "ad_referral" else None
    ref = parameter(shop, referral.source_id) if kind != "ad_referral" else None
    click_key = shop.hashed("click", referral.ctwa_clid) if referral.ctwa_clid else None
    return inbox.touch(occurred_ms, kind, channel, person.person_key, key, ad_id=ad_id, ref=ref, click_key=click_key)


def _number_change(system: System, inbox: Inbox, occurred_ms: int, person: Customer) -> list[IdentityLink]:
    """The old number or BSUID is the person that the new one is."""
    number = phone(system.new_wa_id) or phone(system.wa_id)
    if system.type == "user_changed_number" and number and person.person_key:
        return _link(inbox, occurred_ms, person.person_key, inbox.shop.person("phone", number), "number_change")
    named = bsuids_in(system.body)
    current = bsuid(system.user_id)
    if system.type == "user_changed_user_id" and current and named:
        shop = inbox.shop
        return _link(inbox, occurred_ms, shop.person("whatsapp", named[0]), shop.person("whatsapp", current), "user_id_update")
    return []


def _link(inbox: Inbox, occurred_ms: int, old_key: str, new_key: str, reason: str) -> list[IdentityLink]:
    return [] if old_key == new_key else [inbox.link(occurred_ms, old_key, new_key, reason)]
