"""Orders of Facebook and Instagram Shops, as the Graph API answers a poll: orders, and lists of refunds and cancellations.

Read are pages (`{"data": [...], "paging": ...}`), the same inside their commerce account (`{"id": ..., "commerce_orders": ...}`), and
single orders. Format: https://developers.facebook.com/documentation/ads-commerce/commerce-platform/order-management. The shop is
the commerce account (CMS id) in the envelope's header `x-threadmart-asset`, else around the page, else in the page's own
address, else `unknown`. A list of refunds or cancellations names its order in `x-threadmart-order`, else in its address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from pipelines.sources.contract import Delivery, Outcome, Quarantined, Source
from pipelines.sources.desk import Desk
from pipelines.sources.inbox import Inbox
from pipelines.sources.instants import http_date_ms
from pipelines.sources.meta_commerce_format import Cancellation, Order, Refund
from pipelines.sources.meta_commerce_orders import cancellation_rows, order_rows, refund_rows
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier
from pipelines.sources.refusal import Refusal, attempt, outcome_of
from pipelines.sources.rows import Row

NAME = "meta_commerce"
_ASSET, _ORDER_HEADER = "x-threadmart-asset", "x-threadmart-order"
_ADDRESS = re.compile(r"graph\.facebook\.com/(?:v[\d.]+/)?(\d+)/(commerce_orders|refunds|cancellations)\b")
_TELLTALES = ("order_status", "refund_amount", "cancel_reason")


class _Paging(msgspec.Struct):
    next: str | None = None
    previous: str | None = None


class _Page(msgspec.Struct):
    data: list[msgspec.Raw] | None = None
    paging: _Paging | None = None


class _Account(msgspec.Struct):
    id: int | str | None = None
    commerce_orders: _Page | None = None


class _Told(NamedTuple):
    """The documents of a body, and what is known around them."""

    documents: list[msgspec.Raw]
    asset_id: str
    order_id: str | None
    told_ms: int


_decode_account = msgspec.json.Decoder(_Account).decode
_decode_page = msgspec.json.Decoder(_Page).decode
_decode_names = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_order = msgspec.json.Decoder(Order).decode
_decode_refund = msgspec.json.Decoder(Refund).decode
_decode_cancellation = msgspec.json.Decoder(Cancellation).decode


def _recognises(body: Any, headers: Mapping[str, str]) -> bool:
    if not isinstance(body, dict):
        return False
    page = body.get("commerce_orders", body)
    data = page.get("data") if isinstance(page, dict) else None
    if isinstance(data, list):
        return bool(data) and _is_document(data[0])
    return _is_document(body)


def _is_document(value: Any) -> bool:
    return isinstance(value, dict) and any(isinstance(value.get(name), dict) for name in _TELLTALES)


def _normalise(delivery: Delivery, desk: Desk) -> Iterable[Outcome]:
    """One outcome per order, refund or cancellation."""
    told = attempt(_told, delivery)
    if isinstance(told, Quarantined):
        yield told
        return
    for document in told.documents:
        yield outcome_of(_rows, document, told, desk)


def _told(delivery: Delivery) -> _Told:
    account = _decode_account(delivery.body)
    page = account.commerce_orders or _decode_page(delivery.body)
    documents = [msgspec.Raw(delivery.body)] if page.data is None else page.data
    if not documents:
        raise Refusal(Reason.EMPTY_DELIVERY, "data")
    paging = page.paging or _Paging()
    found = _ADDRESS.search(paging.next or paging.previous or "")
    is_of_account = found is not None and found[2] == "commerce_orders"
    around = identifier(account.id) if account.commerce_orders else None
    asset_id = delivery.headers.get(_ASSET) or around or (found[1] if found and is_of_account else None) or "unknown"
    order_id = delivery.headers.get(_ORDER_HEADER) or (found[1] if found and not is_of_account else None)
    return _Told(documents, asset_id, order_id, http_date_ms(delivery.headers.get("date")) or delivery.received_ms)


def _rows(document: msgspec.Raw, told: _Told, desk: Desk) -> list[Row]:
    inbox = Inbox(NAME, told.asset_id, desk.shop(NAME, told.asset_id))
    names = _decode_names(document)
    if "order_status" in names:
        return order_rows(_decode_order(document), inbox)
    if "refund_amount" in names:
        return [*refund_rows(_decode_refund(document), inbox, told.order_id, told.told_ms)]
    return cancellation_rows(_decode_cancellation(document), inbox, told.order_id, told.told_ms)


SOURCE = Source(NAME, _recognises, _normalise)
