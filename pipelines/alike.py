"""Deliveries that begin alike: the platform that stands first in a body says which source reads it, and with which type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipelines.shapes.whole import documented_reader
from pipelines.sources.contract import Source
from pipelines.sources.registry import source_of_platform

_HEAD_BYTES = 64


@dataclass(frozen=True, slots=True)
class Alike:
    """What bodies that begin so have in common. `decode` raises what is in refusal.UNREADABLE for one that is not as documented."""

    begin: bytes
    source: Source
    decode: Callable[[bytes], Any]


def alike_to(body: bytes) -> Alike | None:
    """What is common to a body and all others that begin like it, up to the first comma; None where that does not tell the source."""
    head, comma, _ = body[:_HEAD_BYTES].partition(b",")
    return _alike(head + comma) if comma else None


@lru_cache(64)
def _alike(begin: bytes) -> Alike | None:
    source = source_of_platform(begin)
    decode = documented_reader(source.name, source.whole) if source is not None and source.whole is not None else None
    return Alike(begin, source, decode) if source is not None and decode is not None else None
