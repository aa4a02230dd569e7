"""WhatsApp Business: webhooks of business accounts (Cloud API).

A change holds lists; each item of a list is a record. Everything belongs to the number it came to
(`metadata.phone_number_id`); changes of the account itself name none and belong to the account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from pipelines.sources.contract import Delivery, Loaded, Outcome, Quarantined, Source
from pipelines.sources.desk import Desk
from pipelines.sources.inbox import Inbox
from pipelines.sources.meta_envelope import TEST_ASSET, WHATSAPP, Entry, asset_of, entries, platform
from pipelines.sources.plain_chats import plain_status_rows, plain_text_rows
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier, phone
from pipelines.sources.refusal import UNREADABLE, NeedsRaw, Refusal, attempt, outcome_of
from pipelines.sources.rows import Row
from pipelines.sources.whatsapp_bodies import WHOLE_BODY, WholeBody
from pipelines.sources.whatsapp_events import (
    action_rows,
    automatic_rows,
    call_rows,
    other_rows,
    preference_rows,
    rows_of_status,
    status_rows,
    user_id_rows,
)
from pipelines.sources.whatsapp_format import CHANGE, ENDS, HISTORY_CHUNK, ITEMS, METADATA, Change
from pipelines.sources.whatsapp_messages import message_rows, rows_of_message
from pipelines.sources.whatsapp_people import Sides

Reader = Callable[[msgspec.Raw, Inbox, Sides], list[Row]]
Record = tuple[Reader, msgspec.Raw, Sides]

# Field of a change -> its lists and who reads their items.
_LISTS: dict[str, dict[str, Reader]] = {
    "messages": {"messages": message_rows, "statuses": status_rows, "user_actions": action_rows},
    "smb_message_echoes": {"message_echoes": message_rows},
    "message_echoes": {"message_echoes": message_rows},
    "user_preferences": {"user_preferences": preference_rows},
    "user_id_update": {"user_id_update": user_id_rows},
    "automatic_events": {"automatic_events": automatic_rows},
    "calls": {"calls": call_rows, "statuses": other_rows},
    "smb_app_state_sync": {"state_sync": other_rows},
    "group_lifecycle_update": {"groups": other_rows},
    "group_participants_update": {"groups": other_rows},
    "group_settings_update": {"groups": other_rows},
    "group_status_update": {"groups": other_rows},
    "history": {},
}
# Documented fields without lists that anything reads; the change itself is the record.
_UNUSED_FIELDS = """
account_alerts account_review_update account_settings_update account_update business_capability_update business_status_update
business_username_update campaign_status_update flows message_template_components_update message_template_quality_update
message_template_status_update messaging_handovers partner_solutions payment_configuration_update phone_number_name_update
phone_number_quality_update security standby template_category_update template_correct_category_detection tracking_events
"""
_NO_ACCOUNTS = frozenset({None, "", TEST_ASSET, int(TEST_ASSET)})
_UNUSED = frozenset(_UNUSED_FIELDS.split())


def normalise(delivery: Delivery, desk: Desk) -> list[Outcome]:
    outcomes = read_whole(delivery, desk)
    return list(read_pieces(delivery, desk)) if outcomes is None else outcomes


def read_whole(delivery: Delivery, desk: Desk) -> list[Outcome] | None:
    """The outcomes of a body of messages and statuses that is decoded at once; None where it has to be read piece by piece.

    Both ways give the same outcomes. This one is several times as fast, and most bodies can be read so.
    """
    try:
        body: WholeBody = delivery.decoded or WHOLE_BODY.decode(delivery.body)
    except UNREADABLE:
        return None
    if body.object != WHATSAPP or not body.entry:
        return None
    outcomes: list[Outcome] = []
    try:
        for entry in body.entry:
            if not entry.changes or entry.id in _NO_ACCOUNTS:
                return None
            for change in entry.changes:
                value = change.value
                if value is None or value.metadata is None or change.field != "messages" or value.user_actions is not None:
                    return None
                number_id = identifier(value.metadata.phone_number_id)
                if number_id is None or not (value.messages or value.statuses):
                    return None
                inbox = Inbox("whatsapp", number_id, desk.shop("whatsapp", number_id), entry.time, delivery.received_ms)
                for message in value.messages or ():
                    rows = plain_text_rows(message, inbox)
                    if rows is not None:
                        outcomes.append(Loaded(rows))
                    else:
                        outcomes.append(outcome_of(rows_of_message, message, inbox, Sides(contacts=value.contacts)))
                for status in value.statuses or ():
                    rows = plain_status_rows(status, inbox)
                    outcomes.append(outcome_of(rows_of_status, status, inbox) if rows is None else Loaded(rows))
    except NeedsRaw:
        return None
    return outcomes


def read_pieces(delivery: Delivery, desk: Desk) -> Iterator[Outcome]:
    """The outcomes of any body: what cannot be read is refused and leaves its neighbours alone."""
    for entry in entries(delivery, WHATSAPP):
        if isinstance(entry, Quarantined):
            yield entry
        elif not entry.changes:
            yield Quarantined(Reason.EMPTY_DELIVERY, "entry.changes")
        else:
            for raw in entry.changes:
                yield from _outcomes(raw, entry, delivery, desk)


def _outcomes(raw: msgspec.Raw, entry: Entry, delivery: Delivery, desk: Desk) -> Iterator[Outcome]:
    told = attempt(_records, raw)
    if isinstance(told, Quarantined):
        yield told
        return
    change, records = told
    inbox = attempt(_inbox, change, entry, delivery, desk)
    for read, item, sides in records:
        yield inbox if isinstance(inbox, Quarantined) else outcome_of(read, item, inbox, sides)


def _inbox(change: Change, entry: Entry, delivery: Delivery, desk: Desk) -> Inbox:
    """The number that a change came to. Raises Refusal for test traffic and for a list of messages to nobody."""
    account_id = asset_of(entry)
    metadata = METADATA.decode((change.value or {}).get("metadata", msgspec.Raw(b"null")))
    number_id = identifier(metadata.phone_number_id) if metadata else None
    if number_id is None and change.field not in _UNUSED:
        raise Refusal(Reason.MISSING_FIELD, "metadata.phone_number_id")
    asset_id = number_id or account_id
    return Inbox("whatsapp", asset_id, desk.shop("whatsapp", asset_id), entry.time, delivery.received_ms)


def _records(raw: msgspec.Raw) -> tuple[Change, list[Record]]:
    """A change, its records and who reads them. Raises Refusal for a field that WhatsApp does not document."""
    change = CHANGE.decode(raw)
    value = change.value or {}
    whole: list[Record] = [(other_rows, raw, Sides())]
    if change.field in _UNUSED:
        return change, whole
    if change.field not in _LISTS:
        raise Refusal(Reason.UNKNOWN_EVENT, "field")
    sides = Sides("echoes" in change.field, contacts=value.get("contacts"))
    found: list[Record] = list(_history(value["history"])) if change.field == "history" and "history" in value else []
    for name, read in _LISTS[change.field].items():
        if name in value:
            found += [(read, item, sides) for item in ITEMS.decode(value[name]) or ()]
    if not found and "errors" not in value:
        raise Refusal(Reason.EMPTY_DELIVERY, "value")
    return change, found or whole


def _history(raw: msgspec.Raw) -> Iterator[Record]:
    """Messages from before the number joined the API: a thread is named by its customer, who may be on either side."""
    for item in ITEMS.decode(raw) or ():
        chunk = HISTORY_CHUNK.decode(item)
        if not chunk.threads:
            yield other_rows, item, Sides()
        for thread in chunk.threads or ():
            for message in thread.messages or ():
                yield _history_rows, message, Sides(thread_id=thread.id)


def _history_rows(raw: msgspec.Raw, inbox: Inbox, sides: Sides) -> list[Row]:
    sender = ENDS.decode(raw).sender
    return message_rows(raw, inbox, sides._replace(is_outgoing=phone(sender) != phone(sides.thread_id)))


SOURCE = Source("whatsapp", lambda value, headers: platform(value) == WHATSAPP, normalise, WholeBody)
