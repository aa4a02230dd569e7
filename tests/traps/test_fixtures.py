"""Every reference fixture of Meta's platforms, of Shopify and of ad reports: how many records it has, and what becomes of them.

fixtures.csv holds what was looked at by hand: `refused` is `reason:records`. A reason is one that the formats give:

* asset_mismatch: the recipient is not the page whose entry it is (trap 13), nor a placeholder such as PAGE_ID
* test_traffic: entry "0" or the sender of the Test button (trap 25)
* missing_field: no sender (trap 11), a bare event whose sender may be either side (trap 12), a calculation that is no refund
* unknown_event: a kind or field that no page of the formats names (trap 28)
* invalid_timestamp: a placeholder for a time (trap 3)
* wrong_shape: a part of an ad's day, which would replace the day (section 0: breakdowns are part of the key)
"""

from __future__ import annotations

import csv
from pathlib import Path

from pipelines.home import Home
from pipelines.ingest import ingest_files
from warehouse.connection import open_warehouse

TABLE = Path(__file__).with_name("fixtures.csv")
# Beside them lie fixtures of other sources, and documents that tell no event.
OTHERS = {
    "woocommerce-rest-api-docs/*": "woocommerce",
    "fivetran-dbt-ga4-export/*": "ga4",
    "fivetran-dbt-shopify/*": "tables of a warehouse",
    "fivetran-dbt-facebook-ads/*": "tables of a warehouse",
    "shopify-python-api/*": "documents of a shop that are no order",
    "restfb/v*": "answers of the Conversations API",
    "restfb/send__*": "settings of a page",
    "restfb/webhooks__permission-granted.*": "permissions of an app",
    "restfb/whatsapp__*": "answers and requests of the Cloud API",
    "chatwoot/fb__mocked_feed_message.json": "a comment without its page",
}


def test_every_fixture_gives_what_was_looked_at(shared: Path, tmp_path: Path) -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        expected = {row["file"]: row for row in csv.DictReader(file)}
    home = Home(tmp_path / "home")
    home.path.mkdir()
    folder = shared / "fixtures"
    with open_warehouse(home.warehouse) as con:
        done = ingest_files(home, con, [folder / name for name in expected], source=None, mapping=None, progress=None)
    assert done.refused == {}
    told = {}
    for row in done.files:
        name = str(Path(row.path).relative_to(folder))
        refused = " ".join(f"{reason}:{count}" for reason, count in sorted(row.reasons.items()))
        told[name] = {"file": name, "source": row.source, "records": str(row.records), "refused": refused}
        told[name]["loaded"] = str(row.loaded + row.duplicate)  # which of two equal fixtures is the duplicate says nothing
    assert told == expected


def test_no_fixture_is_overlooked(shared: Path) -> None:
    folder = shared / "fixtures"
    with TABLE.open(encoding="utf-8", newline="") as file:
        looked_at = {row["file"] for row in csv.DictReader(file)}
    left = [path.relative_to(folder) for path in sorted(folder.rglob("*.*")) if path.parent != folder]
    patterns = [*OTHERS, *(f"{Path(pattern).parent}/csv/*" for pattern in OTHERS)]
    assert [path for path in left if str(path) not in looked_at and not any(map(path.match, patterns))] == []
