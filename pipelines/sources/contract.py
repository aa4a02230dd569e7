"""What a source is: a recogniser and a pure function from one delivery to outcomes, one per record.

A source module exposes a `Source`, a `TableSource` or both; pipelines/sources/registry.py lists them. Functions here and in
the sources touch neither files, nor clocks, nor DuckDB, nor Dagster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from pipelines.sources.desk import Desk
from pipelines.sources.quarantine import Reason
from pipelines.sources.rows import Row


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """One body as it arrived, with the transport headers told beside it (lower-case names)."""

    body: bytes
    headers: Mapping[str, str] = {}
    received_ms: int = 0  # only a last resort for a body without any time; never written to a row otherwise
    decoded: Any = None  # the body as its source's `whole` type, where it is decoded already


class Loaded(msgspec.Struct, frozen=True, gc=False):
    """A record that was understood. The first row is its primary row: the one it is counted by."""

    rows: tuple[Row, ...]


class Quarantined(msgspec.Struct, frozen=True, gc=False):
    """A record that was refused. `field` names what was expected or found where; never holds personal data."""

    reason: Reason
    field: str = ""


Outcome = Loaded | Quarantined


@dataclass(frozen=True, slots=True)
class Source:
    """A source of deliveries (webhook bodies, API pages): JSON documents, one per line or one per file.

    `recognises` is asked with a decoded JSON value and the headers; the first source that says yes reads the body.
    `normalise` yields exactly one outcome per record, in the order of the body.
    """

    name: str
    recognises: Callable[[Any, Mapping[str, str]], bool]
    normalise: Callable[[Delivery, Desk], Iterable[Outcome]]
    whole: type[msgspec.Struct] | None = None  # what a body is decoded to at once, where the source does so


@dataclass(frozen=True, slots=True)
class TableSource:
    """A source of table rows (CSV, Parquet or JSONL of flat objects), recognised by its column names.

    `recognises` is asked with the header. A row is a mapping from column name to text (CSV) or to a plain Python value
    (Parquet, JSONL); `normalise_row` returns its one outcome.
    """

    name: str
    recognises: Callable[[tuple[str, ...]], bool]
    normalise_row: Callable[[Mapping[str, Any], Desk], Outcome]
