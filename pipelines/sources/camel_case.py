"""Copies of thread events whose keys a bot library turned into camelCase (bottender from 1.0 on): `isEcho` for `is_echo`."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from pipelines.sources.money import exact_number

_CAMEL_KEY = re.compile(rb'"[a-z]+(?:[A-Z][a-z0-9]*)+"\s*:')
_HUMP = re.compile(r"(?<=[a-z0-9])[A-Z]")
_ANY = msgspec.json.Decoder(float_hook=exact_number)


def wire_names(body: bytes) -> bytes:
    """The body with its keys as the platform tells them; the body itself where none is in camelCase. Raises msgspec.DecodeError."""
    return msgspec.json.encode(_renamed(_ANY.decode(body))) if _CAMEL_KEY.search(body) else body


def _renamed(value: Any) -> Any:
    if isinstance(value, dict):
        return {_HUMP.sub(lambda hump: f"_{hump[0].lower()}", key): _renamed(inner) for key, inner in value.items()}
    return [_renamed(inner) for inner in value] if isinstance(value, list) else value
