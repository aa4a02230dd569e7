"""Markdown: tables for people who look at an asset, and sections of a page that are written anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_KEY_LETTERS = 8
_CELL_LETTERS = 48


def table_preview(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table. Person keys are cut to their first letters: enough to tell rows apart, too little to look one up."""
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(map(_cell, columns, row)) + " |" for row in rows]
    return "\n".join(lines)


def _cell(column: str, value: object) -> str:
    if value is None:
        return ""
    text = " ".join(str(value).split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "\\`")
    limit = _KEY_LETTERS if column.endswith(("person_key", "linked_key")) else _CELL_LETTERS
    return text if len(text) <= limit else text[:limit] + "…"


def with_section(page: str, name: str, lines: Sequence[str]) -> str:
    """The page with the lines between its markers `<!-- name:begin -->` and `<!-- name:end -->`. Raises ValueError where it has none."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    text, count = re.subn(f"{begin}.*{end}", lambda _: "\n".join([begin, *lines, end]), page, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"the page holds no {begin} ... {end}")
    return text
