"""How many processes or threads share the work on a large file."""

from __future__ import annotations

import os

_MOST = 4


def cores() -> int:
    return min(os.cpu_count() or 1, _MOST)
