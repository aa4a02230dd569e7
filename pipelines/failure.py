"""What an expected error says, in one line."""

from __future__ import annotations

import os
from pathlib import Path


def shown(path: Path) -> str:
    """A path as text on one line: bytes that are no UTF-8 and line ends are escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace").replace("\n", "\\n")


def first_line(error: BaseException) -> str:
    """The first line of an error; of a system error its reason and, where it knows one, the file."""
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror.lower()}"
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
