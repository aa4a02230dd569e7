"""Requests to Meta's Graph and Cloud APIs and their answers: known, so that they are not taken for something new, and not counted.

A message that an API tells when it is asked is told by a webhook when it happens; what is sent comes back as an echo. The rest is
settings of a page or number. https://developers.facebook.com/docs/graph-api/reference/conversation
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pipelines.sources.contract import Delivery, Outcome, Quarantined, Source, TableSource
from pipelines.sources.desk import Desk
from pipelines.sources.quarantine import Reason

NAME = "graph_api"

# Keys that tell a body, or the first of those it lists.
_DOCUMENTS = """
created_time from message
from message to
attachments id
message_tags id
id participants
message_id recipient_id
contacts messages messaging_product
messaging_product to type
messaging_product recipient type
messaging_product participants subject
join_request_id
format type
display_phone_number verified_name
health_status throughput
greeting
persistent_menu
whitelisted_domains
call_to_actions locale
description tag
result
change
"""
# Columns that tell each of Fivetran's other tables of ads: actions repeat what an ad's day claims, a demographic row is a part of it.
_TABLES = """
_fivetran_synced ad_id action_type date value
_fivetran_synced account_id action_type date value
_fivetran_synced account_id country date spend
_fivetran_synced account_id region date spend
_fivetran_synced account_id ad_set_id creative_id name
_fivetran_synced account_id campaign_id name updated_time
_fivetran_synced account_id name updated_time
_fivetran_synced account_id object_story_link_data_link
"""
_OF_DOCUMENTS = tuple(frozenset(line.split()) for line in _DOCUMENTS.strip().splitlines())
_OF_TABLES = tuple(frozenset(line.split()) for line in _TABLES.strip().splitlines())
_ACCOUNT = frozenset({"id", "name", "_fivetran_synced"})  # a table of accounts has no other column
_UNUSED = Quarantined(Reason.UNUSED)


def _recognises(body: Any, headers: Mapping[str, str]) -> bool:
    told = body["data"] if isinstance(body, dict) and isinstance(body.get("data"), list) else body
    first = told[0] if isinstance(told, list) and told else told
    if not isinstance(first, dict):
        return False
    return first.get("object") == "permissions" or any(keys <= first.keys() for keys in _OF_DOCUMENTS) or _is_table(tuple(first))


def _normalise(delivery: Delivery, desk: Desk) -> Iterable[Outcome]:
    yield _UNUSED


def _is_table(columns: tuple[str, ...]) -> bool:
    return set(columns) == _ACCOUNT or any(keys.issubset(columns) for keys in _OF_TABLES)


SOURCE = Source(NAME, _recognises, _normalise)
TABLE = TableSource(NAME, _is_table, lambda row, desk: _UNUSED)
