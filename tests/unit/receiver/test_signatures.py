"""Signatures: the vectors of the formats, rotation, and no body but the signed one."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.receiver.signatures import base64_signature, hub_signature, is_recent, is_token, signed_request, standard_signature
from tests.webhooks import deletion_body

BODIES = st.binary(max_size=200)
KEYS = st.binary(min_size=1, max_size=64)

# Meta signs the escaped text as it is on the wire; read and written again it is another one.
HUB_BODY = (
    rb'{"object":"page","entry":[{"id":"117172741761305","time":1491796363181,"messaging":[{"sender":{"id":"3383290475046708"},'
    rb'"recipient":{"id":"117172741761305"},"timestamp":1491796363100,"message":{"mid":"m_1",'
    rb'"text":"\u00e4\u00f6\u00e5 \ud83d\udc4d https:\/\/example.com"}}]}]}'
)
HUB_SIGNATURE = b"sha256=8544cb468a146f7fc46788752015dad840d08a6fe6d8ba437a68b2001e00d02f"


def test_the_vector_of_meta_holds() -> None:
    assert hub_signature(HUB_SIGNATURE, HUB_BODY, [b"test_app_secret"])
    assert not hub_signature(HUB_SIGNATURE, json.dumps(json.loads(HUB_BODY)).encode(), [b"test_app_secret"])
    assert not hub_signature(HUB_SIGNATURE.upper(), HUB_BODY, [b"test_app_secret"])


def test_the_vector_of_standard_webhooks_holds() -> None:
    """The one of https://docs.svix.com/receiving/verifying-payloads/how-manual and of the reference libraries' tests."""
    key = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed, body = b"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", b'{"test": 2432232314}'
    told = (b"msg_p5jXN8AQM9LWM0D4loKWxJek", b"1614265330")
    assert standard_signature(signed, *told, body, [key])
    assert standard_signature(b"v1,AAAA v1a,BBBB " + signed, *told, body, [key])
    assert not standard_signature(signed.replace(b"v1,", b"v2,"), *told, body, [key])
    assert not standard_signature(signed, told[0], b"1614265331", body, [key])


@given(body=BODIES, key=KEYS, other=KEYS, flip=st.integers(0))
def test_each_signature_holds_for_its_body_and_key_alone(body: bytes, key: bytes, other: bytes, flip: int) -> None:
    digest = hmac.digest(key, body, "sha256")
    checks = ((hub_signature, b"sha256=" + digest.hex().encode()), (base64_signature, b64encode(digest)))
    changed = body + b"x" if not body else bytes([body[0] ^ (1 << flip % 8)]) + body[1:]
    for check, signature in checks:
        assert check(signature, body, [key])
        assert check(signature, body, [other, key])  # a secret that is being changed
        assert check(signature, changed, [key]) is False
        assert check(signature[:-1], body, [key]) is False
        assert check(signature, body, []) is False
        if key.rstrip(b"\0") != other.rstrip(b"\0"):  # HMAC pads keys with zeros
            assert check(signature, body, [other]) is False


@pytest.mark.parametrize(
    ("told", "is_good"),
    [
        (b"1000", True),
        (b"1300", True),
        (b"700", True),
        (b"1301", False),
        (b"699", False),
        (b"", False),
        (b"-1000", False),
        (b"1000.0", False),
    ],
)
def test_the_time_of_an_own_sender_is_within_five_minutes(told: bytes, is_good: bool) -> None:
    assert is_recent(told, 1000.0) is is_good


def test_a_deletion_request_is_opened_by_its_secret_alone() -> None:
    form = deletion_body("218471", secret=b"s")
    opened = signed_request(form, [b"old", b"s"])
    assert opened is not None
    assert json.loads(opened)["user_id"] == "218471"
    assert signed_request(form, [b"other"]) is None
    assert signed_request(form + b"A", [b"s"]) is None
    assert signed_request(b"x=1&" + form, [b"s"]) is None


def test_tokens_are_compared_as_bytes() -> None:
    assert is_token("schlüssel".encode(), ["schlüssel".encode()])
    assert not is_token(b"", [b"x"])
