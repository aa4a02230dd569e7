"""How many worlds the property tests try: small figures in `make test`, large ones in `make properties`."""

from __future__ import annotations

import os

IS_LARGE = os.environ.get("PROPERTIES") == "large"
WORLDS = 1000 if IS_LARGE else 200
SCHEDULES = 200 if IS_LARGE else 50
SHOPS = 100 if IS_LARGE else 50  # worlds are refreshed side by side as shops of one warehouse: a shop never sees another's rows
