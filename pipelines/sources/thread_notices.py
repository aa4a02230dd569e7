"""Thread events beside messages: feedback, coupons, games, hand-overs, policy, and what nothing uses yet."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from pipelines.sources.inbox import canonical_text
from pipelines.sources.money import exact_number
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import word
from pipelines.sources.refusal import Refusal

_ITEM = msgspec.json.Decoder(dict[str, Any], float_hook=exact_number)
_BARE_KEYS = frozenset({"sender", "recipient", "timestamp"})
_LONGEST_SCORE = 3  # digits of a survey score

# Key of the event -> its kind. Kinds that the customer says are in, the others are about the thread.
_SAID = {
    "response_feedback": "feedback",
    "messaging_feedback": "feedback",
    "template": "coupon",
    "account_linking": "account_link",
    "game_play": "game",
    "messaging_in_thread_lead_form_submit": "lead",
    "form_id": "lead",
}
_ABOUT = {
    "policy-enforcement": "policy",
    "policy_enforcement": "policy",
    "pass_thread_control": "handover",
    "take_thread_control": "handover",
    "request_thread_control": "handover",
    "app_roles": "handover",
    "checkout_update": "other",
    "send_cart": "other",
    "optout": "other",
    "messaging_optouts": "other",
    "messaging_customer_information": "other",
    "messaging_direct_sends": "other",
    "messaging_appointments": "other",
    "mcom_invoice_change": "other",
    "invoice_access_invoice_change": "other",
    "otp_verification": "other",
    "message_context": "other",
    "messenger_template_status_update": "other",
}
_FEEDBACK = {"Good response": "good", "Bad response": "bad"}


class Notice(NamedTuple):
    """An event beside messages. It has one row for each status: a survey answers several questions at once."""

    kind: str
    statuses: tuple[str | None, ...]
    content: str  # canonical text; it only goes into a keyed hash
    is_said: bool


def notice_of(raw: msgspec.Raw, is_standby: bool) -> Notice:
    """What an item without message, delivery, read and the like tells. Raises Refusal(unknown_event)."""
    item = {key: value for key, value in _ITEM.decode(raw).items() if value is not None}
    for key, value in item.items():
        if key in _SAID:
            kind = "other" if key == "template" and _told(value, "type") != "coupon" else _SAID[key]
            return Notice(kind, _statuses(key, value), canonical_text(value), True)
        if key in _ABOUT:
            return Notice(_ABOUT[key], _statuses(key, value), canonical_text(value), False)
    if is_standby and item.keys() <= _BARE_KEYS:
        return Notice("standby", (None,), "", False)
    raise Refusal(Reason.UNKNOWN_EVENT)


def _told(value: Any, key: str) -> Any:
    """A member of an event. Raises Refusal where the event is no object."""
    if isinstance(value, dict):
        return value.get(key)
    raise Refusal(Reason.WRONG_SHAPE, key)


def _statuses(key: str, value: Any) -> tuple[str | None, ...]:
    if key == "messaging_feedback":
        return _survey(value)
    if key == "response_feedback":
        return (_FEEDBACK.get(str(_told(value, "feedback")), "other"),)
    if key == "account_linking":
        return (word(_told(value, "status")),)
    if key.startswith("policy"):
        return (word(_told(value, "action")),)
    if key.endswith("_thread_control"):
        return (key.partition("_")[0],)
    return (None,)


def _survey(value: Any) -> tuple[str | None, ...]:
    """`csat:5` for each question; question ids are keys that each shop chooses."""
    screens = _told(value, "feedback_screens")
    questions = [
        question
        for screen in (screens if isinstance(screens, list) else [])
        for question in (_told(screen, "questions") or {}).values()
        if isinstance(question, dict)
    ]
    return tuple(f"{word(question.get('type')) or 'other'}:{_score(question.get('payload'))}" for question in questions) or (None,)


def _score(told: Any) -> str:
    text = str(told)
    return text if text.isascii() and text.isdigit() and len(text) <= _LONGEST_SCORE else "other"
