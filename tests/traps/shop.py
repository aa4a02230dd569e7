"""The shop of one trap: deliveries are landed and loaded into it as users do it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb

from pipelines.home import Home
from pipelines.ingest import ingest_files
from tests.messaging import ACCOUNT, NUMBER, PAGE
from tests.reference.warehouses import refresh_all, table_rows
from tests.shopify_deliveries import DOMAIN

SHOP = """
[[shop]]
id = "trap-{0:02}"
name = "Trap {0}"
currency = "EUR"
zone = "Europe/Berlin"
[shop.assets]
messenger = ["90{0:02}1001"]
instagram = ["17841400000009{0:02}"]
whatsapp = ["10654035224{0:02}"]
shopify = ["trap-{0:02}.myshopify.com"]
meta_insights = ["17002522602{0:02}"]
"""


class TrapShop:
    """The shop of one trap. Deliveries name the assets of tests/messaging.py, which stand for its own."""

    def __init__(self, number: int, home: Home, con: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.shop_id = f"trap-{number:02}"
        self._home, self._con, self._folder = home, con, folder
        self._files = 0
        own = (f'"90{number:02}1001"', f"17841400000009{number:02}", f"10654035224{number:02}", f"trap-{number:02}.myshopify.com")
        self._assets = dict(zip((f'"{PAGE}"', ACCOUNT, NUMBER, DOMAIN), own, strict=True))
        self._assets["1700252260223815"] = f"17002522602{number:02}"

    def told(self, *deliveries: Any, encoding: str = "utf-8") -> dict[str, int]:
        """Lands and loads deliveries as one file; loaded, duplicate and refused records are counted."""
        self._files += 1
        path = self._folder / f"{self.shop_id}-{self._files}.jsonl"
        text = "\n".join(json.dumps(delivery) for delivery in deliveries)
        for asset, own in self._assets.items():
            text = text.replace(asset, own)
        path.write_text(text, encoding=encoding)
        done = ingest_files(self._home, self._con, [path], source=None, mapping=None, progress=None)
        assert done.refused == {}
        [row] = done.files
        counted = Counter({"loaded": row.loaded, "duplicate": row.duplicate, **row.reasons})
        return {name: count for name, count in counted.items() if count}

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The shop's rows of a table, computed from all that it was told."""
        if not table.startswith("raw."):
            refresh_all(self._con)
        return table_rows(self._con, table, self.shop_id)
