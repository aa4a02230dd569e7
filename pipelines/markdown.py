"""Tables in Markdown, for people who look at an asset."""

from __future__ import annotations

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
