"""Deliveries that begin alike: the platform that stands first in a body says which source reads it, and with which type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipelines.shapes.whole import documented_reader
from pipelines.sources.contract import Source
from pipelines.sources.registry import head_of, source_of_platform


@dataclass(frozen=True, slots=True)
class Alike:
    """What bodies that begin so have in common. `decode` raises what is in refusal.UNREADABLE for one that is not as documented."""

    begin: bytes
    source: Source
    decode: Callable[[bytes], Any]


def alike_to(body: bytes) -> Alike | None:
    """What is common to a body and all others that begin like it, up to the first comma; None where that does not tell the source."""
    begin = body[: len(head_of(body)) + 1]
    return _alike(begin) if begin.endswith(b",") else None


@lru_cache(64)
def _alike(begin: bytes) -> Alike | None:
    source = source_of_platform(begin)
    decode = documented_reader(source.name, source.whole) if source is not None and source.whole is not None else None
    return Alike(begin, source, decode) if source is not None and decode is not None else None
