"""Messenger and Instagram: both speak one format, in which a page or an account talks with one customer."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pipelines.sources.contract import Delivery, Outcome, Quarantined, Source
from pipelines.sources.desk import Desk
from pipelines.sources.inbox import Inbox
from pipelines.sources.meta_envelope import Entry, asset_of, entries, platform
from pipelines.sources.page_changes import change_rows
from pipelines.sources.references import identifier
from pipelines.sources.refusal import attempt, outcome_of
from pipelines.sources.thread_events import item_rows


def thread_source(name: str, platform_name: str) -> Source:
    """The source of a platform whose webhooks carry threads."""

    def normalise(delivery: Delivery, desk: Desk) -> Iterator[Outcome]:
        told = list(entries(delivery, platform_name))
        assets = frozenset(asset for entry in told if isinstance(entry, Entry) and (asset := identifier(entry.id)))
        for entry in told:
            if isinstance(entry, Quarantined):
                yield entry
            else:
                yield from _outcomes(entry, assets, delivery, desk, name)

    return Source(name, lambda value, headers: platform(value) == platform_name, normalise)


def _outcomes(entry: Entry, assets: frozenset[str], delivery: Delivery, desk: Desk, source: str) -> Iterator[Outcome]:
    asset_id = attempt(asset_of, entry)
    if isinstance(asset_id, Quarantined):
        for _ in _items(entry):
            yield asset_id
        return
    inbox = Inbox(source, asset_id, desk.shop(source, asset_id), entry.time, delivery.received_ms, assets)
    for item in entry.messaging or ():
        yield outcome_of(item_rows, item, inbox)
    for item in entry.standby or ():
        yield outcome_of(item_rows, item, inbox, True)
    for item in entry.changes or ():
        yield outcome_of(change_rows, item, inbox)


def _items(entry: Entry) -> Iterator[msgspec.Raw]:
    for items in (entry.messaging, entry.standby, entry.changes):
        yield from items or ()
