"""Events of Meta's Conversions API, as their senders keep them. One record is one event.

Format: https://developers.facebook.com/docs/marketing-api/conversions-api/parameters. A value is a number or a string, a time is in
seconds, contacts are SHA-256 of normalised text and may be one or a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

Id = int | str | None
Told = int | str | list[Any] | None


class UserData(msgspec.Struct):
    em: Told = None
    ph: Told = None
    external_id: Told = None
    fbc: str | None = None
    fbp: str | None = None
    page_id: Id = None
    page_scoped_user_id: Id = None
    instagram_business_account_id: Id = None
    ig_account_id: Id = None
    ig_sid: Id = None
    whatsapp_business_account_id: Id = None
    ctwa_clid: str | None = None


class Content(msgspec.Struct):
    id: Id = None
    title: str | None = None
    quantity: Any = None
    item_price: Any = None


class CustomData(msgspec.Struct):
    value: Any = None  # major units
    currency: str | None = None
    order_id: Id = None
    contents: list[Content] | str | None = None
    content_ids: list[Any] | str | None = None
    content_name: str | None = None
    content_category: Any = None


class StoreData(msgspec.Struct):
    store_page_id: Id = None
    store_code: Id = None


class Event(msgspec.Struct):
    event_name: str
    event_time: Any = None
    event_id: Id = None
    action_source: str | None = None
    event_source_url: str | None = None
    messaging_channel: str | None = None
    order_id: Id = None
    user_data: UserData = msgspec.field(default_factory=UserData)
    custom_data: CustomData | None = None
    store_data: StoreData | None = None
    dataset_id: Id = None
    pixel_id: Id = None


def texts(told: Told) -> Iterator[str]:
    """The values of a field that holds one or a list of them."""
    for value in told if isinstance(told, list) else [told]:
        if isinstance(value, str | int) and not isinstance(value, bool) and (text := str(value).strip()):
            yield text
