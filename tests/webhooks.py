"""Signed requests of each sender, as bytes on the wire."""

from __future__ import annotations

import hmac
import json
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

META_SECRET = b"test_app_secret"
SHOPIFY_SECRET = b"shopify_client_secret"
WOO_SECRET = b"woo_webhook_secret"
OWN_KEY = b"0123456789abcdef0123456789abcdef"
VERIFY_TOKEN = "verify-me"
PAGE, SHOP_DOMAIN, APP_ID = "1001", "berlin-blumen.myshopify.com", "77"

ENVIRONMENT = {
    "META_APP_SECRET": META_SECRET.decode(),
    "META_VERIFY_TOKEN": VERIFY_TOKEN,
    "SHOPIFY_SECRET": SHOPIFY_SECRET.decode(),
    "WOO_SECRET": WOO_SECRET.decode(),
    "TILL_SECRET": "whsec_" + b64encode(OWN_KEY).decode(),
}

ENDPOINTS = """
[[endpoint]]
kind = "meta"
path = "/meta"
secrets = [{ env = "META_APP_SECRET" }]
verify_token = { env = "META_VERIFY_TOKEN" }

[[endpoint]]
kind = "meta_deletion"
path = "/meta/deletion"
secrets = [{ env = "META_APP_SECRET" }]
app_id = "77"
public_url = "https://hooks.example/meta/deletion"

[[endpoint]]
kind = "shopify"
path = "/shopify"
secrets = [{ env = "SHOPIFY_SECRET" }]

[[endpoint]]
kind = "woocommerce"
path = "/woocommerce"
secrets = [{ env = "WOO_SECRET" }]

[[endpoint]]
kind = "standard"
path = "/till"
secrets = [{ env = "TILL_SECRET" }]
"""


def request(path: str, body: bytes, headers: Mapping[str, str], method: str = "POST") -> bytes:
    """One HTTP/1.1 request on a connection that is kept."""
    told = {"host": "receiver", "content-length": str(len(body)), **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + body


def message_body(number: int, page: str = PAGE) -> bytes:
    """A Messenger message of about 320 bytes, told apart by its number."""
    told = {
        "sender": {"id": str(5_000_000_000 + number % 1000)},
        "recipient": {"id": page},
        "timestamp": 1_772_366_400_000 + number,
        "message": {"mid": f"m_{number:012d}", "text": "Do you still have the red roses, and could you deliver them on Saturday morning?"},
    }
    return compact({"object": "page", "entry": [{"id": page, "time": 1_772_366_400_500 + number, "messaging": [told]}]})


def meta_request(body: bytes, secret: bytes = META_SECRET) -> bytes:
    return request("/meta", body, {"x-hub-signature-256": "sha256=" + hmac.digest(secret, body, "sha256").hex()})


def shopify_request(body: bytes, topic: str = "orders/create", secret: bytes = SHOPIFY_SECRET) -> bytes:
    signature = b64encode(hmac.digest(secret, body, "sha256")).decode()
    headers = {"x-shopify-topic": topic, "x-shopify-shop-domain": SHOP_DOMAIN, "x-shopify-hmac-sha256": signature}
    return request("/shopify", body, headers)


def woo_request(body: bytes, secret: bytes = WOO_SECRET) -> bytes:
    signature = b64encode(hmac.digest(secret, body, "sha256")).decode()
    headers = {"x-wc-webhook-topic": "order.created", "x-wc-webhook-source": "https://rosen.example/", "x-wc-webhook-signature": signature}
    return request("/woocommerce", body, headers)


def own_headers(body: bytes, key: bytes = OWN_KEY, timestamp: int | None = None, message_id: str = "msg_1") -> dict[str, str]:
    at = str(int(time.time()) if timestamp is None else timestamp)
    signature = b64encode(hmac.digest(key, f"{message_id}.{at}.".encode() + body, "sha256")).decode()
    return {"webhook-id": message_id, "webhook-timestamp": at, "webhook-signature": f"v1,{signature}"}


def own_request(body: bytes, **told: Any) -> bytes:
    return request("/till", body, own_headers(body, **told))


def deletion_body(user_id: str, issued_at: int = 1_772_366_400, secret: bytes = META_SECRET) -> bytes:
    told = compact({"user_id": user_id, "algorithm": "HMAC-SHA256", "issued_at": issued_at})
    payload = urlsafe_b64encode(told).rstrip(b"=")
    signature = urlsafe_b64encode(hmac.digest(secret, payload, "sha256")).rstrip(b"=")
    return b"signed_request=" + signature + b"." + payload


def deletion_request(user_id: str) -> bytes:
    return request("/meta/deletion", deletion_body(user_id), {"content-type": "application/x-www-form-urlencoded"})


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
