"""Which line of a TOML text a key stands on."""

from __future__ import annotations

import re

_STEP = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")


def line_of(text: str, key: str) -> int | None:
    """The line of `listen.port` or `endpoint[1].kind`, else of the table it belongs to; None where neither is written."""
    steps = [(name, int(number) if number else 0) for name, number in _STEP.findall(key)]
    lines = text.splitlines()
    header = re.compile(rf"\s*\[\[?\s*{re.escape(steps[0][0])}\s*\]")
    tables = [number for number, line in enumerate(lines) if header.match(line)]
    if len(tables) <= steps[0][1]:
        return _key_line(lines, steps[0][0], 0)
    table = tables[steps[0][1]]
    named = _key_line(lines, steps[1][0], table + 1) if len(steps) > 1 else None
    return named or table + 1


def _key_line(lines: list[str], name: str, start: int) -> int | None:
    for number, line in enumerate(lines[start:], start + 1):
        if re.match(rf"\s*\"?{re.escape(name)}\"?\s*[=.]", line):
            return number
        if line.lstrip().startswith("["):
            return None
    return None
