"""How hard the fault tests try: small figures in `make test`, large ones in `make faults`."""

from __future__ import annotations

import os
from typing import TypeVar

Figure = TypeVar("Figure", int, float)


def figure(small: Figure, large: Figure) -> Figure:
    """The figure to use: FAULTS=large asks for the large one."""
    return large if os.environ.get("FAULTS") == "large" else small
