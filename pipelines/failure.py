"""What an expected error says, in one line."""

from __future__ import annotations

import os
from pathlib import Path

_LONGEST = 500  # characters: an error may quote what it was given


def shown(path: Path) -> str:
    """A path as text on one line: bytes that are no UTF-8 and line ends are escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace").replace("\n", "\\n")


def first_line(error: BaseException) -> str:
    """The first line of an error; of a system error its reason and, where it knows one, the file."""
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror.lower()}"
    lines = str(error).strip().splitlines()
    if not lines:
        return type(error).__name__
    return lines[0] if len(lines[0]) <= _LONGEST else f"{lines[0][:_LONGEST]} …"
