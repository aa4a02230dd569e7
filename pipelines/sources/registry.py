"""Which sources there are, and which of them reads a delivery or a table. A new source is one module and one line here."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, BinaryIO

import msgspec

from pipelines.sources import orders_table, shopify_tables, woocommerce
from pipelines.sources.contract import Outcome, Quarantined, Source, TableSource
from pipelines.sources.desk import Desk
from pipelines.sources.joined_tables import joined_outcomes
from pipelines.sources.listed_rows import listed
from pipelines.sources.mapping import parse_mapping
from pipelines.sources.quarantine import Reason
from pipelines.sources.tables import READERS, TableError

_MODULES = (
    "messenger",
    "instagram",
    "whatsapp",
    "woocommerce",
    "shopify",
    "shopify_tables",
    "meta_commerce",
    "meta_insights",
    "ga4",
    "conversions_api",
    "meta_deletion",
    "ad_log",
    "store_sale",
    "store_visit",
    "consent",
    "identity",
    "app_share",
    "fx",
    "fx_ecb",
    "graph_api",
)
_EXPOSED = [value for name in _MODULES for value in vars(import_module(f"pipelines.sources.{name}")).values()]
SOURCES: dict[str, Source] = {value.name: value for value in _EXPOSED if isinstance(value, Source)}
TABLE_SOURCES: tuple[TableSource, ...] = tuple(value for value in _EXPOSED if isinstance(value, TableSource))
LISTED_SOURCES: tuple[Source, ...] = (listed(shopify_tables.TABLE),)
SOURCE_NAMES: tuple[str, ...] = (*SOURCES, orders_table.NAME)

_HEAD_BYTES = 64
_PLATFORM = re.compile(rb'\s*\{\s*"object"\s*:\s*"([a-z_]{1,40})"')


def source_of(body: bytes, headers: Mapping[str, str]) -> Source | None:
    """The source that reads a delivery; None where no source knows it or it is not JSON."""
    known = source_of_platform(head_of(body))
    if known is not None:
        return known
    told = _PLATFORM.match(body)
    if told:
        return _of_platform(told[1])
    if woocommerce.PING.fullmatch(body):
        return woocommerce.SOURCE
    for source in SOURCES.values():
        if headers and source.recognises({}, headers):
            return source
    try:
        value = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return _first(value, headers)


def head_of(body: bytes) -> bytes:
    """What stands before the first comma of a body, as far as it is looked for."""
    return body[:_HEAD_BYTES].partition(b",")[0]


@lru_cache(64)
def source_of_platform(head: bytes) -> Source | None:
    """The source of a body by its first field, which most of the traffic tells its platform in; None where it tells another."""
    told = _PLATFORM.match(head)
    return _of_platform(told[1]) if told else None


@cache
def _of_platform(platform: bytes) -> Source | None:
    return _first({"object": platform.decode()}, {})


def _first(value: Any, headers: Mapping[str, str]) -> Source | None:
    return next((source for source in (*LISTED_SOURCES, *SOURCES.values()) if source.recognises(value, headers)), None)


# Passes rows on and counts what differs: source, columns of the table, those its mapping names, rows.
RowWatch = Callable[[str, Collection[str], Collection[str] | None, Iterable[Any]], Iterator[Any]]


def table_outcomes(layout: str, stream: BinaryIO, desk: Desk, mapping: str | None, watch: RowWatch) -> Iterator[tuple[str, Outcome]]:
    """(source name, outcome) of every row of a table, each passed on by `watch`; a file that is no table is one refused record."""
    try:
        table = READERS[layout](stream)
    except TableError as error:
        yield "unknown", Quarantined(Reason.UNSUPPORTED_SOURCE, str(error))
        return
    told = parse_mapping(mapping, "mapping") if mapping else None
    source = orders_table.orders_table(told) if told else source_of_table(table.columns)
    name = source.name if source else "unknown"
    read = _reader(source, desk)
    for row in watch(name, table.columns, told.named_columns if told else None, table.rows):
        yield name, row if isinstance(row, Quarantined) else read(row)


def joined_table_outcomes(files: Iterable[tuple[str, BinaryIO]], desk: Desk, mapping: str) -> Iterator[Outcome]:
    """The outcomes of a table that lies in several files, each told by (layout, content); see joined_tables.joined_outcomes."""
    tables = (READERS[layout](stream) for layout, stream in files)
    try:
        yield from joined_outcomes(parse_mapping(mapping, "mapping"), tables, desk)
    except TableError as error:
        yield Quarantined(Reason.UNSUPPORTED_SOURCE, str(error))


def source_of_table(columns: tuple[str, ...]) -> TableSource | None:
    """The source that reads a table with these columns; None where no source knows them."""
    return next((source for source in TABLE_SOURCES if source.recognises(columns)), None)


def _reader(source: TableSource | None, desk: Desk) -> Callable[[Mapping[str, Any]], Outcome]:
    if source is None:
        refused = Quarantined(Reason.UNKNOWN_TABLE)
        return lambda _row: refused
    return lambda row: source.normalise_row(row, desk)
