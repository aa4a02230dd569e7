"""What the receiver knows of each kind of sender: its signature, the headers to keep, and how a delivery names its asset."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from pipelines.receiver import signatures

Headers = Mapping[bytes, bytes]
Asset = tuple[str, str]  # (source, asset id): what a shop's own settings name, never a person

UNSIGNED, BAD_SIGNATURE, STALE = "unsigned", "bad_signature", "stale"
UNKNOWN_ASSET: Asset = ("unknown", "unknown")

_WOO_PING = re.compile(rb"webhook_id=\d{1,20}")


@dataclass(frozen=True, slots=True)
class Sender:
    """A kind of sender. `refusal` says why a body is refused, None where a secret signed it; `asset_of` is asked only then.

    `asset_of` is None where a delivery names no asset: its endpoint is watched in its place.
    """

    name: str
    refusal: Callable[[Headers, bytes, Sequence[bytes], float], str | None]
    kept_headers: frozenset[bytes]
    asset_of: Callable[[Headers, bytes], Asset] | None = None
    is_ping: Callable[[Headers, bytes], bool] = lambda _headers, _body: False


class _Metadata(msgspec.Struct, gc=False):
    phone_number_id: str = ""


class _Value(msgspec.Struct, gc=False):
    metadata: _Metadata | None = None


class _Change(msgspec.Struct, gc=False):
    value: _Value | None = None


class _Entry(msgspec.Struct, gc=False):
    id: str | int = ""
    changes: list[_Change] = []


class _Body(msgspec.Struct, gc=False):
    object: str = ""
    entry: list[_Entry] = []


_decode_body = msgspec.json.Decoder(_Body).decode
_PLATFORMS = {"page": "messenger", "instagram": "instagram", "whatsapp_business_account": "whatsapp"}


def _meta_refusal(headers: Headers, body: bytes, secrets: Sequence[bytes], _now: float) -> str | None:
    told = headers.get(b"x-hub-signature-256")
    if told is None:
        return UNSIGNED
    return None if signatures.hub_signature(told, body, secrets) else BAD_SIGNATURE


def _meta_asset(_headers: Headers, body: bytes) -> Asset:
    """Of the first entry: a batch of several pages is rare, and this is for watching, not for reading."""
    try:
        told = _decode_body(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return UNKNOWN_ASSET
    source = _PLATFORMS.get(told.object)
    if source is None or not told.entry:
        return UNKNOWN_ASSET
    entry = told.entry[0]
    if source == "whatsapp":
        number = entry.changes[0].value.metadata if entry.changes and entry.changes[0].value else None
        return source, (number.phone_number_id if number else str(entry.id))[:64]
    return source, str(entry.id)[:64]


def _base64_refusal(header: bytes) -> Callable[[Headers, bytes, Sequence[bytes], float], str | None]:
    def refusal(headers: Headers, body: bytes, secrets: Sequence[bytes], _now: float) -> str | None:
        told = headers.get(header)
        if told is None:
            return UNSIGNED
        return None if signatures.base64_signature(told, body, secrets) else BAD_SIGNATURE

    return refusal


def _header_asset(source: str, header: bytes) -> Callable[[Headers, bytes], Asset]:
    return lambda headers, _body: (source, headers.get(header, b"unknown").decode("latin-1").strip().lower()[:64])


def _standard_refusal(headers: Headers, body: bytes, secrets: Sequence[bytes], now: float) -> str | None:
    told = headers.get(b"webhook-signature")
    message_id, timestamp = headers.get(b"webhook-id"), headers.get(b"webhook-timestamp")
    if not told or not message_id or not timestamp:
        return UNSIGNED
    if not signatures.standard_signature(told, message_id, timestamp, body, secrets):
        return BAD_SIGNATURE
    return None if signatures.is_recent(timestamp, now) else STALE


def _deletion_refusal(_headers: Headers, body: bytes, secrets: Sequence[bytes], _now: float) -> str | None:
    return None if signatures.signed_request(body, secrets) is not None else BAD_SIGNATURE


def _is_woo_ping(headers: Headers, body: bytes) -> bool:
    """WooCommerce's unsigned form that asks whether anybody is there, when a webhook is saved."""
    return b"x-wc-webhook-signature" not in headers and _WOO_PING.fullmatch(body) is not None


def _names(prefix: str, names: str) -> frozenset[bytes]:
    return frozenset(f"{prefix}{name}".encode() for name in names.split())


SENDERS = {
    sender.name: sender
    for sender in (
        Sender("meta", _meta_refusal, frozenset(), _meta_asset),
        Sender(
            "shopify",
            _base64_refusal(b"x-shopify-hmac-sha256"),
            _names("x-shopify-", "topic shop-domain webhook-id event-id api-version triggered-at test"),
            _header_asset("shopify", b"x-shopify-shop-domain"),
        ),
        Sender(
            "woocommerce",
            _base64_refusal(b"x-wc-webhook-signature"),
            _names("x-wc-webhook-", "topic resource event source id delivery-id"),
            _header_asset("woocommerce", b"x-wc-webhook-source"),
            _is_woo_ping,
        ),
        Sender("standard", _standard_refusal, _names("webhook-", "id timestamp")),
        Sender("meta_deletion", _deletion_refusal, frozenset()),
    )
}
