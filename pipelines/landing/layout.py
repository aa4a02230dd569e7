"""How a file's content is laid out, told by its name and its first bytes."""

from __future__ import annotations

import msgspec

MAX_LINE_BYTES = 16 * 1024 * 1024
MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
MAX_SETTINGS_BYTES = 1024 * 1024  # some 5,000 shops

_LINE_NAMES = (".jsonl", ".ndjson")


def layout_of(name: str, head: bytes) -> str:
    """One of `lines` (a delivery a line), `document` (one delivery), `csv`, `parquet`, `config` (shops.toml)."""
    name = name.removesuffix(".gz").removesuffix(".zst").lower()
    if head.startswith(b"PAR1"):
        return "parquet"
    if name.endswith(".toml"):
        return "config"
    if name.endswith(_LINE_NAMES):
        return "lines"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if name.endswith(".json") or text[:1] in (b"{", b"["):
        first, _, rest = text.partition(b"\n")
        return "lines" if rest.lstrip()[:1] == b"{" and _is_json(first) else "document"
    return "csv"


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return True
