"""The rows of a table as one JSON list of flat objects: what a table source reads row by row, found in a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from pipelines.sources.contract import Delivery, Outcome, Quarantined, Source, TableSource
from pipelines.sources.desk import Desk
from pipelines.sources.money import exact_number
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import attempt

_ROWS = msgspec.json.Decoder(list[Any], float_hook=exact_number)


def listed(table: TableSource) -> Source:
    """The source of such lists, under the name of its table source."""

    def recognises(body: Any, headers: Mapping[str, str]) -> bool:
        return isinstance(body, list) and bool(body) and isinstance(body[0], dict) and table.recognises(tuple(body[0]))

    def normalise(delivery: Delivery, desk: Desk) -> Iterable[Outcome]:
        rows = attempt(_ROWS.decode, delivery.body)
        if isinstance(rows, Quarantined):
            yield rows
            return
        for row in rows:
            yield table.normalise_row(row, desk) if isinstance(row, dict) else Quarantined(Reason.WRONG_SHAPE, "a row is an object")

    return Source(table.name, recognises, normalise)
