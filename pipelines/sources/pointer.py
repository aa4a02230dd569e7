"""Where a canonical row comes from, told beside what it tells."""

from __future__ import annotations

import msgspec


class Pointer(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """Where in its segment a row's record lies; set as the row is written, never by a source."""

    frame: int = -1
    entry: int = -1
    is_primary: bool = False  # the row its record is counted by
