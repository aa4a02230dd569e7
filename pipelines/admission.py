"""What is looked at before a file is landed: whether it is what the user says it is."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec

from pipelines.failure import first_line, shown
from pipelines.landing.intake import Refused
from pipelines.sources import orders_table
from pipelines.sources.config import ConfigError, is_shops_file, parse_shops
from pipelines.sources.mapping import MappingError, parse_mapping, require_columns
from pipelines.sources.registry import SOURCES
from pipelines.sources.tables import READERS, TableError


def admit(path: Path, head: bytes, layout: str, *, source: str | None, mapping: str | None) -> None:
    """Looks at the first bytes of a file's content. Raises Refused."""
    if layout == "parquet":
        _admit_parquet(path)
    if layout == "config":
        _admit_settings(path, head)
    elif mapping is not None:
        _admit_mapped(path, head, layout, mapping)
    elif source == orders_table.NAME:
        raise Refused(f"{shown(path)}: order tables need --mapping FILE.toml, which says what the columns mean (examples/ holds one)")
    elif source is not None:
        _admit_forced(path, head, layout, source)


def _admit_settings(path: Path, content: bytes) -> None:
    try:
        text = content.decode("utf-8-sig")
        if not is_shops_file(text):
            raise Refused(f"{shown(path)}: a TOML file without [[shop]]; a mapping is given with --mapping, beside the file it maps")
        parse_shops(text)
    except (ConfigError, UnicodeDecodeError) as error:
        raise Refused(f"{shown(path)}: {error}") from error


def _admit_parquet(path: Path) -> None:
    try:
        with path.open("rb") as file:
            READERS["parquet"](file)
    except TableError as error:
        raise Refused(f"{shown(path)}: {first_line(error)}") from error


def _admit_mapped(path: Path, head: bytes, layout: str, mapping: str) -> None:
    if layout not in READERS:
        raise Refused(f"{shown(path)}: a mapping reads tables (CSV, Parquet, JSONL of flat objects), and this is a JSON document")
    try:
        if layout == "parquet":
            with path.open("rb") as file:
                columns = READERS[layout](file).columns
        else:
            columns = READERS[layout](io.BytesIO(head)).columns
        require_columns(parse_mapping(mapping, "mapping"), columns, shown(path))
    except TableError as error:
        raise Refused(f"{shown(path)}: {error}") from error
    except MappingError as error:
        raise Refused(str(error)) from error


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
