"""A table that lies in several files: the rows of the first, each with the columns that the others hold about it.

The other files are held in memory, of each the columns alone that the mapping names; the first is read row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipelines.sources.cells import text_of
from pipelines.sources.contract import Outcome, Quarantined
from pipelines.sources.desk import Desk
from pipelines.sources.mapping import Join, TableMapping
from pipelines.sources.orders_table import orders_table
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import attempt
from pipelines.sources.tables import Row, Table

_Cells = dict[str, Any]


def joined_outcomes(mapping: TableMapping, tables: Iterable[Table], desk: Desk) -> Iterator[Outcome]:
    """One outcome per joined row, per row of any file that cannot be read, and per row of many that belongs to none.

    `tables` are those of `mapping.join` in their order, then that of `mapping.file`.
    """
    told = iter(tables)
    wanted = {*mapping.named_columns, *(join.on for join in mapping.join)}
    lookups = []
    for join in mapping.join:
        lookup = _Lookup(join, wanted)
        yield from lookup.fill(next(told))
        lookups.append(lookup)
    read = orders_table(mapping).normalise_row
    for row in next(told).rows:
        for joined in _joined(row, lookups):
            yield joined if isinstance(joined, Quarantined) else read(joined, desk)
    for lookup in lookups:
        yield from lookup.left_over()


def _joined(row: Row, lookups: Iterable[_Lookup]) -> Iterable[Row]:
    rows = [row]
    for lookup in lookups:
        rows = [wider for each in rows for wider in ([each] if isinstance(each, Quarantined) else lookup.widened(each))]
    return rows


class _Lookup:
    """The rows of one file by the column that joins them."""

    def __init__(self, join: Join, wanted: set[str]) -> None:
        self._join = join
        self._wanted = wanted
        self._rows: dict[str, list[_Cells]] = {}
        self._found: set[str] = set()

    def fill(self, table: Table) -> Iterator[Quarantined]:
        """Takes the rows in; yields those that cannot be."""
        for row in table.rows:
            if isinstance(row, Quarantined):
                yield row
                continue
            key = self._key(row)
            if isinstance(key, Quarantined):
                yield key
            elif key is None:
                yield Quarantined(Reason.MISSING_FIELD, self._join.on)
            else:
                self._rows.setdefault(key, []).append({name: cell for name, cell in row.items() if name in self._wanted})

    def widened(self, row: _Cells) -> list[Row]:
        """The row beside each row found for it. One that many should belong to and none does is refused."""
        key = self._key(row)
        if isinstance(key, Quarantined):
            return [key]
        found = self._rows.get(key) if key is not None else None
        if found:
            self._found.add(key or "")
            return [{**other, **row} for other in found]
        if self._join.rows == "many":
            return [Quarantined(Reason.MISSING_FIELD, f"no row of {self._join.file} has its {self._join.on}")]
        return [row]

    def left_over(self) -> Iterator[Quarantined]:
        """Rows of many that no row of the files before has asked for."""
        if self._join.rows == "many":
            for key, rows in self._rows.items():
                if key not in self._found:
                    yield from (Quarantined(Reason.MISSING_FIELD, f"no row beside {self._join.file} has its {self._join.on}") for _ in rows)

    def _key(self, row: Mapping[str, Any]) -> str | Quarantined | None:
        return attempt(text_of, row.get(self._join.on))
