"""Meta's data-deletion callback: the confirmation code of a request, and the page that tells its state.

The code is made from the request, so a request sent twice gets the same one. It ends in a MAC: a code that this receiver did not give is
told from one that it did, and nothing needs to be remembered.
https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback
"""

from __future__ import annotations

import hmac
import re
from hashlib import blake2b

import msgspec

_CODE = re.compile(r"([0-9a-f]{16})-([0-9a-f]{8})")

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Deletion request</title>
<h1>Deletion request {code}</h1>
<p>Your request to delete your data has been received and is on record. The operator of this service carries it out.</p>
</html>
"""


def confirmation_code(request: bytes, key: bytes) -> str:
    """16 hex digits of the signed request and 8 of a MAC over them."""
    name = blake2b(request, key=key, digest_size=8, person=b"deletion-name").hexdigest()
    return f"{name}-{_mac(name, key)}"


def is_our_code(code: str, key: bytes) -> bool:
    """Whether this receiver gave the code."""
    found = _CODE.fullmatch(code)
    return found is not None and hmac.compare_digest(found[2], _mac(found[1], key))


def answer(code: str, public_url: str) -> bytes:
    """The JSON that Meta shows to the person who asked."""
    return msgspec.json.encode({"url": f"{public_url}?code={code}", "confirmation_code": code})


def _mac(name: str, key: bytes) -> str:
    return blake2b(name.encode(), key=key, digest_size=4, person=b"deletion-mac").hexdigest()
