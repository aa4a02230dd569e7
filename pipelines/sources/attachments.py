"""What a thread message is: its kind, the products it names, the receipt it carries, the order it offers again."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from pipelines.sources.references import identifier, offered_order_ref
from pipelines.sources.thread_format import PAYLOAD, Attachment, Message, Payload, ProductReference

# The Like thumb of Messenger, small, medium and large.
LIKE_STICKERS = frozenset({"369239263222822", "369239343222814", "369239383222810"})

_KINDS = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "file": "file",
    "sticker": "sticker",
    "location": "location",
    "fallback": "share",
    "share": "share",
    "template": "template",
    "reel": "reel",
    "ig_reel": "reel",
    "post": "post",
    "ig_post": "post",
    "story_mention": "story_mention",
    "like_heart": "like",
    "unsupported_type": "unsupported",
}
UNKNOWN_APP = "unknown"  # a GIF or sticker whose app the platform does not name
_EMPTY = Payload()


class Content(NamedTuple):
    """What a message is, without what it says."""

    kind: str
    products: tuple[ProductReference, ...] = ()
    app: str | None = None
    receipt: msgspec.Raw | None = None
    offered_ref: str | None = None


_PLAIN = {kind: Content(kind) for kind in ("unsupported", "quick_reply", "story_reply", "product_enquiry", "other", "text")}


def content_of(message: Message, is_outgoing: bool) -> Content:
    """The content of a message. Only a business can send a receipt or an offer."""
    if not message.attachments and message.sticker_id is None and not message.is_deleted:
        plain = _PLAIN[_plain_kind(message)]
        offered_ref = _offered_ref(message, []) if is_outgoing and _offers(message) else None
        return plain if offered_ref is None else plain._replace(offered_ref=offered_ref)
    parts = [(attachment, _payload(attachment)) for attachment in message.attachments or ()]
    content = _content(message, parts, is_outgoing)
    offered_ref = _offered_ref(message, parts) if is_outgoing else None
    return content if offered_ref is None else content._replace(offered_ref=offered_ref)


def _content(message: Message, parts: list[tuple[Attachment, Payload]], is_outgoing: bool) -> Content:
    if message.is_deleted:
        return Content("delete")
    if _is_like(message, parts):
        return Content("like")
    if products := tuple(element for _, payload in parts if payload.product for element in payload.product.elements or ()):
        return Content("product_share", products=products)
    receipt = next((attachment.payload for attachment, payload in parts if payload.template_type == "receipt"), None)
    if receipt is not None and is_outgoing:
        return Content("receipt", receipt=receipt)
    if message.sticker_id is not None or any(part.type == "sticker" or payload.sticker_id is not None for part, payload in parts):
        return Content("sticker", app=UNKNOWN_APP)
    app = UNKNOWN_APP if any(is_gif(attachment.url or payload.url) for attachment, payload in parts) else None
    return Content(_KINDS.get(parts[0][0].type or "", "other"), app=app)


def _plain_kind(message: Message) -> str:
    """The kind of a message without attachments."""
    if message.is_unsupported in (True, "true"):
        return "unsupported"
    if message.quick_reply is not None:
        return "quick_reply"
    if message.reply_to is not None and message.reply_to.story is not None:
        return "story_reply"
    if message.referral is not None and message.referral.product is not None:
        return "product_enquiry"
    return "other" if message.text is None else "text"


def _payload(attachment: Attachment) -> Payload:
    return PAYLOAD.decode(attachment.payload) if bytes(attachment.payload)[:1] == b"{" else _EMPTY


def _is_like(message: Message, parts: list[tuple[Attachment, Payload]]) -> bool:
    """Whether the Like thumb was tapped. Its sticker id stands in the message, in an attachment, or in both."""
    if identifier(message.sticker_id) in LIKE_STICKERS:
        return True
    return any(part.type == "like_heart" or identifier(payload.sticker_id) in LIKE_STICKERS for part, payload in parts)


def _offers(message: Message) -> bool:
    """Whether a message without attachments can offer anything."""
    return message.metadata is not None or message.quick_reply is not None or message.quick_replies is not None


def _offered_ref(message: Message, parts: list[tuple[Attachment, Payload]]) -> str | None:
    """The order that a business message offers to repeat, in whatever comes back with the customer's answer."""
    payloads = [message.metadata]
    payloads += [button.payload for button in (message.quick_reply, *(message.quick_replies or ())) if button is not None]
    for _, payload in parts:
        payloads += [button.payload for button in payload.buttons or ()]
        payloads += [button.payload for element in payload.elements or () for button in element.buttons or ()]
    return next((ref for payload in payloads if payload is not None and (ref := offered_order_ref(payload))), None)


def is_gif(url: Any) -> bool:
    """Whether an address is that of a GIF, by its file type. Which app it comes from no platform tells, and no host does."""
    return isinstance(url, str) and "//" in url and url.partition("?")[0].lower().endswith(".gif")
