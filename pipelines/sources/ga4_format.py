"""A GA4 event as it is read, whichever way it was told: a row of the BigQuery export, a flattened row, a Measurement Protocol event.

Format of the export: https://support.google.com/analytics/answer/7029846. Nested values are read as plain Python values, numbers
with a fraction as exact decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from pipelines.sources.cells import text_of
from pipelines.sources.instants import checked
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal

_UNTOLD = frozenset({"", "(not set)", "(none)", "(direct)", "(not provided)", "(data deleted)", "null"})
_VALUES = ("string_value", "int_value", "double_value", "float_value")


class Item(msgspec.Struct):
    item_id: Any = None
    item_name: Any = None
    item_category: Any = None
    quantity: Any = None
    price: Any = None  # of one piece, after `discount`
    discount: Any = None  # of one piece
    item_revenue: Any = None
    price_in_usd: Any = None
    item_revenue_in_usd: Any = None


class Ecommerce(msgspec.Struct):
    """Amounts in major units, in the currency of the event's `currency` parameter but for those in USD."""

    transaction_id: Any = None
    purchase_revenue: Any = None
    purchase_revenue_in_usd: Any = None
    refund_value: Any = None
    refund_value_in_usd: Any = None
    tax_value: Any = None
    tax_value_in_usd: Any = None
    shipping_value: Any = None
    shipping_value_in_usd: Any = None


class Campaign(msgspec.Struct):
    """Where a visit came from; the export calls these `manual_source` and so on."""

    source: str | None = None
    medium: str | None = None
    name: str | None = None
    click_id: str | None = None  # gclid, or dclid


class Event(msgspec.Struct):
    name: str
    at_ms: int
    asset_id: str
    key: tuple[str, ...]  # what tells the event from others of its stream
    client_id: str | None = None  # user_pseudo_id: absent where consent was denied
    user_id: str | None = None
    session_id: int | None = None  # epoch second at which the session began
    currency: str | None = None
    value: Any = None
    ecommerce: Ecommerce = msgspec.field(default_factory=Ecommerce)
    items: list[Item] = []
    campaign: Campaign | None = None


def told(cell: Any) -> str | None:
    """The text of an id or name, None where GA4 writes that there is none. Ids that look like numbers keep all their digits."""
    text = text_of(cell)
    return None if text is None or text.lower() in _UNTOLD else text


def whole(cell: Any) -> int | None:
    """A whole number told as number or text; None for anything else."""
    text = text_of(cell) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def micros_ms(cell: Any, field: str) -> int:
    """Epoch milliseconds of epoch microseconds. Raises Refusal."""
    micros = whole(cell)
    if micros is None:
        raise Refusal(Reason.INVALID_TIMESTAMP, field)
    return checked(micros // 1000, field)


def parameters(listed: Any) -> dict[str, Any]:
    """name -> value of `event_params`, a list of key and value in one of several types."""
    found = {}
    for each in listed or ():
        value = each.get("value") or {}
        found[each["key"]] = next((value[kind] for kind in _VALUES if value.get(kind) is not None), None)
    return found


def campaign(source: Any, medium: Any, name: Any, *click_ids: Any) -> Campaign | None:
    """A campaign; None where neither source nor click is told."""
    found = Campaign(told(source), told(medium), told(name), next(filter(None, map(told, click_ids)), None))
    return found if found.source or found.click_id else None


def converted(value: Mapping[str, Any] | None, kind: type) -> Any:
    """A nested record as a struct; absent is empty. Raises msgspec.ValidationError."""
    return msgspec.convert(value or {}, kind, strict=False)
