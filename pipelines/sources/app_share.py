"""What people share into threads from other apps: a GIF, a clip, a sticker (docs/formats.md).

The app is the one that the sender names. It is never told from an address: whoever hosts a file need not have made it.
"""

from __future__ import annotations

from pipelines.sources.attachments import UNKNOWN_APP
from pipelines.sources.own_format import own_format
from pipelines.sources.own_record import Record
from pipelines.sources.references import word
from pipelines.sources.rows import Row

NAME = "app_share"

_CONTENTS = {"gif": "gif", "clip": "clip", "sticker": "sticker"}


def _rows(record: Record) -> list[Row]:
    occurred_ms = record.when("shared_at")
    content = record.choice("content", _CONTENTS)
    person_key, links = record.person(occurred_ms)
    app = word(record.text("app")) or UNKNOWN_APP
    return [record.touch(occurred_ms, "app_share", "app_share", person_key, ref=content, app=app), *links]


SOURCE, TABLE = own_format(NAME, {"content", "shared_at"}, _rows)
