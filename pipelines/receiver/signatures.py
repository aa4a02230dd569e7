"""Signatures over the bytes as they came. Each function says whether one of the secrets made the signature.

All secrets are tried and compared in constant time; nothing of the body is parsed.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Sequence
from hmac import compare_digest

STANDARD_TOLERANCE_S = 300

_SIGNED_REQUEST = re.compile(rb"signed_request=([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,4096})(?:=|%3D){0,2}")


def hub_signature(told: bytes, body: bytes, secrets: Sequence[bytes]) -> bool:
    """Meta's `X-Hub-Signature-256`: `sha256=` and the HMAC in lower-case hex.

    https://developers.facebook.com/docs/messenger-platform/webhooks#validate-payloads
    """
    return _any_equal(told, [b"sha256=" + hmac.digest(secret, body, "sha256").hex().encode() for secret in secrets])


def base64_signature(told: bytes, body: bytes, secrets: Sequence[bytes]) -> bool:
    """Shopify's `X-Shopify-Hmac-Sha256` and WooCommerce's `X-WC-Webhook-Signature`: the HMAC-SHA256 in base64.

    https://shopify.dev/docs/apps/build/webhooks/subscribe/https
    """
    return _any_equal(told, [b64encode(hmac.digest(secret, body, "sha256")) for secret in secrets])


def standard_signature(told: bytes, message_id: bytes, timestamp: bytes, body: bytes, secrets: Sequence[bytes]) -> bool:
    """Standard Webhooks' `webhook-signature`: a list of `v1,<base64>` over `id.timestamp.body`.

    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    """
    content = b".".join((message_id, timestamp, body))
    made = [b"v1," + b64encode(hmac.digest(secret, content, "sha256")) for secret in secrets]
    is_equal = False
    for each in told.split(b" ")[:10]:  # a sender signs with each of its secrets in force
        is_equal |= _any_equal(each, made)
    return is_equal


def is_recent(timestamp: bytes, now: float) -> bool:
    """Whether a `webhook-timestamp` (seconds since 1970) is within the tolerance, earlier or later."""
    return timestamp.isdigit() and len(timestamp) < 12 and abs(int(timestamp) - now) <= STANDARD_TOLERANCE_S


def signed_request(form: bytes, secrets: Sequence[bytes]) -> bytes | None:
    """The JSON payload of Meta's `signed_request` form field, not parsed; None where no secret signed it.

    https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback
    """
    found = _SIGNED_REQUEST.fullmatch(form)
    if found is None:
        return None
    told, payload = found.groups()
    made = [b64encode(hmac.digest(secret, payload, "sha256"), b"-_").rstrip(b"=") for secret in secrets]
    return urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)) if _any_equal(told, made) else None


def is_token(told: bytes, tokens: Sequence[bytes]) -> bool:
    """Whether the verify token of a handshake is one of ours."""
    return _any_equal(told, tokens)


def _any_equal(told: bytes, expected: Sequence[bytes]) -> bool:
    is_equal = False
    for each in expected:
        is_equal |= compare_digest(told, each)
    return is_equal
