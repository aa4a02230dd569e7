"""WooCommerce: webhook bodies, and documents and lists of the REST API, with or without their headers.

Orders and refunds are read, of today's API (wc/v3) and of the legacy one that wraps them (`{"orders": [...]}`); other documents of
WooCommerce's are refused as unused. Format: https://woocommerce.github.io/woocommerce-rest-api-docs/#orders. The shop is the
site of the `x-wc-webhook-source` header, else that of the document's own address, else `unknown`; it is written as
`example.com`, or `example.com/shop` where the site lies in a folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from pipelines.sources.contract import Delivery, Outcome, Quarantined, Source
from pipelines.sources.desk import Desk, Shop
from pipelines.sources.instants import http_date_ms
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal, attempt, outcome_of
from pipelines.sources.rows import Row
from pipelines.sources.woocommerce_documents import Order, Page, Refund
from pipelines.sources.woocommerce_order import Telling, order_rows, state_row
from pipelines.sources.woocommerce_refund import refund_rows

NAME = "woocommerce"
PING = re.compile(rb"\s*webhook_id=\d+\s*")  # what a new webhook sends first: a form, unsigned and without headers
_TOPIC, _RESOURCE, _SITE = "x-wc-webhook-topic", "x-wc-webhook-resource", "x-wc-webhook-source"


class _Kind(NamedTuple):
    """A kind of document: what tells a bare one, how it is decoded and read; an unused one is not."""

    telltales: frozenset[str]
    decode: Callable[[msgspec.Raw], Any] | None = None
    rows: Callable[[Any, Shop, str], list[Row]] | None = None


def _refund(refund: Refund, shop: Shop, asset_id: str) -> list[Row]:
    return [*refund_rows(refund, shop)]


def _kind(telltales: str) -> _Kind:
    return _Kind(frozenset(telltales.split()))


_ORDER = _Kind(frozenset({"order_key", "status", "line_items"}), msgspec.json.Decoder(Order).decode, order_rows)
_LEGACY_ORDER = _ORDER._replace(telltales=frozenset({"order_number", "total_line_items_quantity"}))
_REFUND = _Kind(frozenset({"amount", "reason", "line_items"}), msgspec.json.Decoder(Refund).decode, _refund)
_UNUSED = _kind("id")
_KINDS = (
    _ORDER,
    _LEGACY_ORDER,
    _REFUND,
    _kind("code discount_type"),
    _kind("coupon_code coupon_amount"),
    _kind("code type usage_count"),
    _kind("avatar_url username"),
    _kind("permalink catalog_visibility"),
    _kind("note customer_note"),
    _kind("review reviewer_name"),
    _kind("download_id download_url"),
    _kind("slug description _links"),
    _kind("slug name total"),
    _kind("total_sales net_sales"),
    _kind("total_sales totals_grouped_by"),
    _kind("product_id title quantity"),
    _kind("topic delivery_url"),
    _kind("request_headers response_code"),
    _kind("pending processing on-hold"),
)
_BATCH = {"create", "update", "delete"}
_decode_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_page = msgspec.json.Decoder(Page).decode


def _recognises(body: Any, headers: Mapping[str, str]) -> bool:
    if _TOPIC in headers or _SITE in headers:
        return True
    first = _first(body) if body else None
    return isinstance(first, dict) and _kind_of(first) is not None


def _first(body: Any) -> Any:
    """The first document of a list, a batch or a legacy answer; else the body itself."""
    if isinstance(body, dict) and (len(body) == 1 or body.keys() <= _BATCH):
        wrapped = next(iter(body.values()), None)
        return _first(wrapped) if isinstance(wrapped, dict | list) else body
    return body[0] if isinstance(body, list) and body else body


def _kind_of(names: Collection[str]) -> _Kind | None:
    return next((kind for kind in _KINDS if kind.telltales.issubset(names)), None)


def _normalise(delivery: Delivery, desk: Desk) -> Iterable[Outcome]:
    """One outcome per document in the body."""
    if PING.fullmatch(delivery.body):
        yield Quarantined(Reason.TEST_TRAFFIC, "webhook_id")
        return
    documents = attempt(_documents, delivery.body)
    if isinstance(documents, Quarantined):
        yield documents
        return
    for document in documents:
        yield outcome_of(_rows, document, delivery, desk)


def _documents(body: bytes | msgspec.Raw) -> list[msgspec.Raw]:
    """The documents of a list, a batch or a legacy answer, or the one that the body is. Raises Refusal, DecodeError."""
    if bytes(body).lstrip()[:1] == b"[":
        documents = _decode_list(body)
    else:
        told = _decode_object(body)
        inside = [value for value in told.values() if bytes(value)[:1] in (b"[", b"{")]
        if not told or len(inside) < len(told) or not (len(told) == 1 or told.keys() <= _BATCH):
            return [msgspec.Raw(body)]
        documents = [document for value in inside for document in _documents(value)]
    if not documents:
        raise Refusal(Reason.EMPTY_DELIVERY)
    return documents


def _rows(document: msgspec.Raw, delivery: Delivery, desk: Desk) -> list[Row]:
    headers = delivery.headers
    resource, _, event = headers.get(_TOPIC, "").partition(".")
    resource = headers.get(_RESOURCE) or resource
    names = _decode_object(document)
    kind = _kind_of(names) if resource in ("", "order") else _UNUSED
    asset_id = _asset_id(document, headers)
    shop = desk.shop(NAME, asset_id)
    if event == "deleted" and resource == "order" and "id" in names:
        return [_deleted(msgspec.json.decode(names["id"], type=int | str), shop, asset_id, delivery)]
    if kind is None and resource:
        kind = _ORDER
    if kind is None or kind.decode is None or kind.rows is None:
        raise Refusal(Reason.UNUSED)
    return kind.rows(kind.decode(document), shop, asset_id)


def _deleted(order_id: int | str, shop: Shop, asset_id: str, delivery: Delivery) -> Row:
    """A deleted order: the body tells nothing but its id, so the time is that of the delivery. Raises Refusal."""
    told_ms = http_date_ms(delivery.headers.get("date")) or delivery.received_ms
    if not told_ms:
        raise Refusal(Reason.INVALID_TIMESTAMP, "date")
    telling = Telling(shop, asset_id, f"woocommerce:{order_id}", told_ms, told_ms, shop.settings.currency)
    return state_row(telling, "cancelled", told_ms)


def _asset_id(document: msgspec.Raw, headers: Mapping[str, str]) -> str:
    address = headers.get(_SITE)
    if not address:
        page = _decode_page(document)
        links = page.links.self if page.links and page.links.self else []
        address = links[0].href.partition("/wp-json/")[0] if links else (page.view_order_url or "").partition("/my-account/")[0]
    try:
        parts = urlsplit(address.strip())
        return f"{parts.hostname}{parts.path.rstrip('/')}".lower() if parts.hostname else "unknown"
    except ValueError:
        return "unknown"


SOURCE = Source(NAME, _recognises, _normalise)
