"""What is looked at before a file is landed: whether it is what the user says it is."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec

from pipelines.failure import first_line, shown
from pipelines.landing.intake import HEAD_BYTES, Refused
from pipelines.records import deliveries_known
from pipelines.sources import orders_table
from pipelines.sources.config import ConfigError, is_shops_file, parse_shops
from pipelines.sources.mapping import MappingError, parse_mapping, require_columns
from pipelines.sources.registry import SOURCES, source_of_table
from pipelines.sources.tables import READERS, TableError


def admit(path: Path, head: bytes, layout: str, *, source: str | None, mapping: str | None) -> None:
    """Looks at the first bytes of a file's content. Raises Refused."""
    if layout == "parquet":
        _columns(path, head, layout)
    if layout == "config":
        _admit_settings(path, head)
    elif mapping is not None:
        _admit_mapped(path, head, layout, mapping)
    elif source == orders_table.NAME:
        raise Refused(f"{shown(path)}: order tables need --mapping FILE.toml, which says what the columns mean (examples/ holds one)")
    elif source is not None:
        _admit_forced(path, head, layout, source)
    elif len(head) >= HEAD_BYTES and not _is_known(path, head, layout):
        raise Refused(f"{shown(path)}: no source knows anything of its first {HEAD_BYTES // 1024} KiB")


def _admit_settings(path: Path, content: bytes) -> None:
    try:
        text = content.decode("utf-8-sig")
        if not is_shops_file(text):
            raise Refused(f"{shown(path)}: a TOML file without [[shop]]; a mapping is given with --mapping, beside the file it maps")
        parse_shops(text)
    except (ConfigError, UnicodeDecodeError) as error:
        raise Refused(f"{shown(path)}: {first_line(error)}") from error


def _admit_mapped(path: Path, head: bytes, layout: str, mapping: str) -> None:
    if layout not in READERS:
        raise Refused(f"{shown(path)}: a mapping reads tables (CSV, Parquet, JSONL of flat objects), and this is a JSON document")
    try:
        require_columns(parse_mapping(mapping, "mapping"), _columns(path, head, layout), shown(path))
    except MappingError as error:
        raise Refused(first_line(error)) from error


def _columns(path: Path, head: bytes, layout: str) -> tuple[str, ...]:
    """The header of a table. Raises Refused where it is none."""
    try:
        if layout != "parquet":
            return READERS[layout](io.BytesIO(head)).columns
        with path.open("rb") as file:
            return READERS[layout](file).columns
    except TableError as error:
        raise Refused(f"{shown(path)}: {first_line(error)}") from error


def _is_known(path: Path, head: bytes, layout: str) -> bool:
    """Whether any source knows what a large file holds. A small one that none knows is quarantined, record by record."""
    if layout == "lines":
        return deliveries_known(head)
    return layout == "document" or source_of_table(_columns(path, head, layout)) is not None


def _admit_forced(path: Path, head: bytes, layout: str, source: str) -> None:
    """Refuses a file whose first delivery, where it can be read, another source than the one told would read."""
    if layout in ("csv", "parquet"):
        raise Refused(f"{shown(path)}: a table, which --source {source} does not read")
    first = head.split(b"\n", 1)[0] if layout == "lines" else head
    try:
        value = msgspec.json.decode(first)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return
    headers: dict[str, str] = {}
    if isinstance(value, dict) and isinstance(value.get("headers"), dict) and "body" in value:
        headers = {str(name).lower(): str(told) for name, told in value["headers"].items()}
        value = value["body"]
    if not SOURCES[source].recognises(value, headers):
        raise Refused(f"{shown(path)}: its first delivery is not one of {source} (--source {source})")
