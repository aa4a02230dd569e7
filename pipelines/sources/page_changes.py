"""`changes[]` of a page or an Instagram account: comments, posts, reactions, leads, ratings, marketing messages.

Format: https://developers.facebook.com/docs/graph-api/webhooks/reference/page and .../reference/instagram
Times are in seconds.
"""

from __future__ import annotations

from typing import Any

import msgspec

from pipelines.sources.inbox import Inbox, canonical_text
from pipelines.sources.meta_envelope import Id, Party
from pipelines.sources.meta_time import Time
from pipelines.sources.money import exact_number
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import advertisement, identifier, word
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import Row
from pipelines.sources.thread_events import item_rows


class _Media(msgspec.Struct, gc=False):
    id: Id = None


class _Value(msgspec.Struct, gc=False, rename={"author": "from"}):
    """All fields that rows are made of, whatever the field of the change."""

    item: str | None = None
    verb: str | None = None
    id: Id = None
    comment_id: Id = None
    post_id: Id = None
    parent_id: Id = None
    media_id: Id = None
    media: _Media | None = None
    author: Party | None = None
    sender_id: Id = None
    reviewer_id: Id = None
    recipient_id: Id = None
    created_time: Time = None
    timestamp: Time = None
    message: Any = None
    text: str | None = None
    reaction_type: str | None = None
    recommendation_type: str | None = None
    ad_id: Id = None
    leadgen_id: Id = None
    mid: Id = None
    message_id: Id = None
    sender: Any = None
    recipient: Any = None

    @property
    def told(self) -> Time:
        return self.timestamp if self.created_time is None else self.created_time


class _Change(msgspec.Struct, gc=False):
    field: str | None = None
    value: msgspec.Raw = msgspec.Raw(b"null")


_CHANGE = msgspec.json.Decoder(_Change)
_VALUE = msgspec.json.Decoder(_Value | None, float_hook=exact_number)
_ANY = msgspec.json.Decoder(float_hook=exact_number)

_PUBLIC = frozenset({"feed", "mention", "mentions", "comments", "live_comments", "group_feed"})
_ITEM_KINDS = {"comment": "comment", "reaction": "reaction", "like": "reaction", "share": "share"}  # all others are posts
_REMOVED = frozenset({"remove", "delete", "hide"})
_CHANGED = {**dict.fromkeys(_REMOVED, "delete"), **dict.fromkeys(("edit", "edited", "update"), "edit")}

# Documented fields that nothing uses yet.
_UNUSED_FIELDS = """
about affiliation attire awards bio birthday category checkins company_overview conversations culinary_team current_location
description email founded general_info general_manager hometown hours inbox_labels invalid_topic_placeholder
invoice_access_invoice_change live_videos local_delivery location marketing_message_clicks marketing_message_deliveries
marketing_message_delivery_failed marketing_message_reads mcom_invoice_change members merchant_review
message_template_status_update messenger_template_status_update name otp_verification page_about_story page_change_proposal
page_upcoming_change parking payment_options personal_info personal_interests phone picture price_range product_review products
public_transit registration send_cart story_insights video_text_question_responses videos website
"""
_UNUSED = frozenset(_UNUSED_FIELDS.split())


def change_rows(raw: msgspec.Raw, inbox: Inbox) -> list[Row]:
    """The rows of one change, the primary one first. Raises Refusal and msgspec.DecodeError."""
    change = _CHANGE.decode(raw)
    field = change.field or ""
    if field in _UNUSED:
        return [_unused(change, inbox)]
    value = _VALUE.decode(change.value)
    if value is not None and isinstance(value.sender, dict) and isinstance(value.recipient, dict):
        return item_rows(change.value, inbox)  # Instagram Login tells thread events as changes
    if value is None or field not in _READERS:
        raise Refusal(Reason.UNKNOWN_EVENT, "field")
    return _READERS[field](value, inbox)


def _author(value: _Value, inbox: Inbox) -> tuple[str | None, str]:
    """The key of whoever wrote, and the direction: the asset itself is no person."""
    told = value.author.id if value.author else None
    author_id = identifier(told) or identifier(value.sender_id) or identifier(value.reviewer_id)
    if author_id == inbox.asset_id:
        return None, "out"
    return (inbox.shop.person(inbox.source, author_id) if author_id else None), "in"


def _public(value: _Value, inbox: Inbox) -> list[Row]:
    """A comment, post, share or reaction where everybody sees it, and its change or removal."""
    occurred_ms = inbox.when(value.told)
    person_key, direction = _author(value, inbox)
    comment_id = identifier(value.comment_id) or identifier(value.id)
    post_id = identifier(value.post_id) or identifier(value.media_id) or (identifier(value.media.id) if value.media else None)
    kind = _ITEM_KINDS.get(value.item, "post") if value.item else "comment" if comment_id else "post"
    own_id = {"comment": comment_id, "post": post_id}.get(kind)
    refers_to = identifier(value.parent_id) or (None if kind == "post" else post_id)
    verb = (value.verb or "add").lower()
    if kind == "reaction" and verb in _REMOVED:
        kind = "unreaction"
    elif own_id and verb in _CHANGED:
        kind, refers_to, own_id = _CHANGED[verb], own_id, None
    key = _post_key(inbox, own_id) or inbox.event_key(kind, person_key, value.told, refers_to, value.reaction_type)
    text = value.text or value.message
    event = inbox.message_event(
        occurred_ms,
        key,
        kind,
        direction,
        person_key,
        refers_to_key=_post_key(inbox, refers_to),
        text_length=len(text) if isinstance(text, str) and text else None,
        status=word(value.reaction_type or ("like" if value.item == "like" else None)),
    )
    return [event]


def _post_key(inbox: Inbox, object_id: str | None) -> str | None:
    """The key of a post or comment."""
    return None if object_id is None else inbox.shop.hashed("post", object_id)


def _lead(value: _Value, inbox: Inbox) -> list[Row]:
    """A submitted lead form. The platform tells the form's answers only to who asks for them, so nobody is named."""
    occurred_ms = inbox.when(value.told)
    lead_id = identifier(value.leadgen_id)
    if lead_id is None:
        raise Refusal(Reason.MISSING_FIELD, "leadgen_id")
    key = inbox.shop.hashed("lead", lead_id)
    event = inbox.message_event(occurred_ms, key, "lead", "in", None)
    ad_id = advertisement(inbox.shop, value.ad_id)
    return [event, inbox.touch(occurred_ms, "ad_referral", "meta_ads", None, key, ad_id=ad_id)] if ad_id else [event]


def _rating(value: _Value, inbox: Inbox) -> list[Row]:
    occurred_ms = inbox.when(value.told)
    person_key, direction = _author(value, inbox)
    status = word(value.recommendation_type)
    key = inbox.event_key("feedback", person_key, value.told, value.verb, status)
    return [inbox.message_event(occurred_ms, key, "feedback", direction, person_key, status=status)]


def _marketing_message(value: _Value, inbox: Inbox) -> list[Row]:
    """A paid message sent to a subscriber; `message_id` is its campaign."""
    occurred_ms = inbox.when(value.told)
    recipient_id = identifier(value.recipient_id)
    person_key = inbox.shop.person(inbox.source, recipient_id) if recipient_id else None
    message_id = identifier(value.mid)
    key = inbox.message_key(message_id) if message_id else inbox.event_key("template", person_key, value.told)
    event = inbox.message_event(occurred_ms, key, "template", "out", person_key)
    campaign = advertisement(inbox.shop, value.message_id)
    return [event, inbox.touch(occurred_ms, "sponsored_message", "sponsored_message", person_key, key, ref=campaign)]


def _unused(change: _Change, inbox: Inbox) -> Row:
    occurred_ms = inbox.when(None)
    key = inbox.event_key("other", None, None, change.field, canonical_text(_ANY.decode(change.value)))
    return inbox.message_event(occurred_ms, key, "other", "none", None)


_READERS = {
    **dict.fromkeys(_PUBLIC, _public),
    "leadgen": _lead,
    "leadgen_fat": _lead,
    "ratings": _rating,
    "marketing_message_echoes": _marketing_message,
}
