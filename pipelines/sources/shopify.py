"""Shopify: webhook bodies and Admin REST documents, with or without their headers.

Orders, checkouts, carts, refunds and fulfilments are read; other documents of Shopify's are refused as unsupported. Format:
https://shopify.dev/docs/api/admin-rest/latest/resources/order. The shop is the domain of the `x-shopify-shop-domain` header,
else the host of the document's own status page, else `unknown`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from pipelines.sources.contract import Delivery, Outcome, Quarantined, Source
from pipelines.sources.currencies import currency_of
from pipelines.sources.desk import Desk
from pipelines.sources.instants import epoch_ms
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal, attempt, outcome_of
from pipelines.sources.rows import Row
from pipelines.sources.shopify_documents import Fulfillment, FulfillmentEvent, Order, Refund
from pipelines.sources.shopify_fulfillment import State
from pipelines.sources.shopify_order import Telling, cart_rows, checkout_rows, order_rows, state_row
from pipelines.sources.shopify_parcels import fulfillment_event_rows, fulfillment_rows
from pipelines.sources.shopify_pixel import PixelEvent, pixel_rows
from pipelines.sources.shopify_refund import refund_rows
from pipelines.sources.shopify_transaction import Transaction, transaction_rows
from pipelines.sources.shopify_unused import DOCUMENTS

NAME = "shopify"
_TOPIC, _DOMAIN, _TEST = "x-shopify-topic", "x-shopify-shop-domain", "x-shopify-test"


class _Location(msgspec.Struct):
    host: str | None = None


class _Document(msgspec.Struct):
    location: _Location | None = None


class _Context(msgspec.Struct):
    document: _Document | None = None


class _Page(msgspec.Struct):
    """Where a document says which shop it is of; a browser's event says on which page it happened."""

    order_status_url: str | None = None
    abandoned_checkout_url: str | None = None
    context: _Context | None = None

    @property
    def address(self) -> str:
        seen = self.context.document.location if self.context and self.context.document else None
        return self.order_status_url or self.abandoned_checkout_url or (f"//{seen.host}" if seen and seen.host else "")


class _Kind(NamedTuple):
    """A kind of document: its topic and REST name (singular), what tells a bare one, how it is decoded and read."""

    name: str
    telltales: frozenset[str]
    decode: Callable[[msgspec.Raw], Any]
    rows: Callable[[Any, Telling], list[Row]]


def _refund_rows(refund: Refund, telling: Telling) -> list[Row]:
    if refund.order_id is None:
        raise Refusal(Reason.MISSING_FIELD, "order_id")
    told = next((transaction.currency for transaction in refund.transactions or [] if transaction.currency), None)
    currency = currency_of(told or telling.shop.settings.currency, "currency")
    rows = refund_rows(refund, telling.shop, refund.order_id, currency, None)
    return [*rows] or [state_row(telling, refund.order_id, State("changed", epoch_ms(refund.created_at, "created_at")))]


def _kind(name: str, telltales: str, document: type, rows: Callable[[Any, Telling], list[Row]]) -> _Kind:
    return _Kind(name, frozenset(telltales.split()), msgspec.json.Decoder(document).decode, rows)


# In the order in which a bare document is tried: a checkout has all that an order has.
_KINDS = (
    _kind("pixel_event", "name timestamp data clientId", PixelEvent, pixel_rows),
    _kind("refund", "order_id refund_line_items", Refund, _refund_rows),
    _kind("order_transaction", "order_id amount kind gateway", Transaction, transaction_rows),
    _kind("fulfillment_event", "order_id fulfillment_id status happened_at", FulfillmentEvent, fulfillment_event_rows),
    _kind("fulfillment", "order_id status tracking_company", Fulfillment, fulfillment_rows),
    _kind("checkout", "line_items abandoned_checkout_url", Order, checkout_rows),
    _kind("order", "line_items total_price", Order, order_rows),
    _kind("cart", "line_items token updated_at", Order, cart_rows),
)
_DRAFT = {"invoice_url", "invoice_sent_at"}
_PRODUCT = {"product_type", "handle", "body_html"}
_BY_TOPIC = {f"{kind.name}s": kind for kind in _KINDS}
_TRANSACTION = _BY_TOPIC["order_transactions"]
_BY_WRAPPER = {kind.name: kind for kind in _KINDS} | _BY_TOPIC | {"transaction": _TRANSACTION, "transactions": _TRANSACTION}
_WRAPPED = re.compile(rb'\s*\{\s*"(%b)"\s*:' % "|".join(_BY_WRAPPER).encode())
_decode_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_page = msgspec.json.Decoder(_Page).decode


def _recognises(body: Any, headers: Mapping[str, str]) -> bool:
    if _TOPIC in headers or _DOMAIN in headers:
        return True
    if isinstance(body, list):
        return bool(body) and isinstance(body[0], dict) and (_bare_kind(body[0]) is not None or _PRODUCT.issubset(body[0]))
    if not isinstance(body, dict):
        return False
    if len(body) == 1 and DOCUMENTS.issuperset(body):
        return True
    wrapped = body.get(_wrapper(body))
    if isinstance(wrapped, list):
        return all(isinstance(document, dict) and "total" not in document for document in wrapped)
    return (isinstance(wrapped, dict) and "total" not in wrapped) or _bare_kind(body) is not None


def _wrapper(body: Collection[str]) -> str | None:
    """The name of the one thing that a REST answer holds, where it is one that is read."""
    name = next(iter(body)) if len(body) == 1 else None
    return name if name in _BY_WRAPPER else None


def _bare_kind(names: Collection[str]) -> _Kind | None:
    if not _DRAFT.isdisjoint(names):
        return None
    return next((kind for kind in _KINDS if kind.telltales.issubset(names)), None)


def _normalise(delivery: Delivery, desk: Desk) -> Iterable[Outcome]:
    """One outcome per order, checkout, cart, refund or fulfilment in the body."""
    found = attempt(_documents, delivery)
    if isinstance(found, Quarantined):
        yield found
        return
    kind, documents = found
    for document in documents:
        yield outcome_of(_rows, kind, document, delivery.headers, desk)


def _documents(delivery: Delivery) -> tuple[_Kind, list[msgspec.Raw]]:
    """What kind of document the body holds, and each of them. Raises Refusal, DecodeError."""
    topic = delivery.headers.get(_TOPIC)
    if not topic and delivery.body.lstrip()[:1] == b"[":
        return _listed(_decode_list(delivery.body))
    told = {} if topic and not _WRAPPED.match(delivery.body) else _decode_object(delivery.body)
    name = _wrapper(told)
    if name:
        documents = _decode_list(told[name]) if bytes(told[name])[:1] == b"[" else [told[name]]
        if not documents:
            raise Refusal(Reason.EMPTY_DELIVERY, name)
        return _BY_WRAPPER[name], documents
    resource = topic.split("/")[0] if topic else ""
    kind = _BY_TOPIC.get(resource) if topic else _bare_kind(told)
    if kind is None:
        is_known = resource in DOCUMENTS or (not topic and len(told) == 1 and DOCUMENTS.issuperset(told))
        raise Refusal(Reason.UNUSED if is_known else Reason.UNSUPPORTED_SOURCE, topic or "")
    return kind, [msgspec.Raw(delivery.body)]


def _listed(documents: list[msgspec.Raw]) -> tuple[_Kind, list[msgspec.Raw]]:
    """A list of documents without its name, as SDKs keep it. Raises Refusal, DecodeError."""
    kind = _bare_kind(_decode_object(documents[0])) if documents else None
    if kind is None:
        raise Refusal(Reason.UNUSED if documents else Reason.EMPTY_DELIVERY)
    return kind, documents


def _rows(kind: _Kind, document: msgspec.Raw, headers: Mapping[str, str], desk: Desk) -> list[Row]:
    if headers.get(_TEST, "").lower() == "true":
        raise Refusal(Reason.TEST_TRAFFIC, _TEST)
    asset_id = _asset_id(document, headers)
    telling = Telling(desk.shop(NAME, asset_id), asset_id, headers.get(_TOPIC))
    return kind.rows(kind.decode(document), telling)


def _asset_id(document: msgspec.Raw, headers: Mapping[str, str]) -> str:
    domain = headers.get(_DOMAIN)
    if not domain:
        page = _decode_page(document)
        try:
            domain = urlsplit(page.address).hostname
        except ValueError:
            domain = None
    return domain.strip().lower() if domain else "unknown"


SOURCE = Source(NAME, _recognises, _normalise)
