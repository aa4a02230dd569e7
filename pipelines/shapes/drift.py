"""Schema drift: fields of bodies and tables that are new, of another type, or missing, counted while they are normalised.

One decode by a strict type tells that a body is as documented, which nearly all are; where it can be, it is the decode that the
source would have made. Only another body is looked through.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from pipelines.shapes.shape import ANY_KEY, ANYTHING, ITEM, Shape, checker_of, kind_of, shape_of
from pipelines.shapes.whole import documented_reader

NEW, RETYPED, MISSING = "new", "retyped", "missing"
_MOST_PATHS = 500  # of a part: more are counted as one, so that keys which are data do not fill the memory
_NAME = re.compile(r"[A-Za-z_][A-Za-z_-]*(?:[0-9]{1,3}[A-Za-z_-]*){0,3}")
_LONGEST_NAME = 64
_NUMBERS = {int, float, Decimal}
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_decode = msgspec.json.Decoder().decode


class Drift(msgspec.Struct, gc=False):
    """A field that is not as documented, in one part of a segment. `first_frame` and `last_frame` say where it was met."""

    source: str
    path: str
    kind: str
    json_type: str
    first_frame: int
    last_frame: int
    count: int = 0


class DriftWatch:
    """Counts drift while the records of a part are read. What cannot be read at all is quarantined, and no drift."""

    def __init__(self) -> None:
        self._met: dict[tuple[str, str, str, str], Drift] = {}

    def read(self, source: str, wire: type[msgspec.Struct] | None, body: bytes, frame: int) -> Any:
        """Looks at a body of a source; returns it as its wire type where that is told by the same decode, else None."""
        if wire is not None and (read := documented_reader(source, wire)) is not None:
            try:
                return read(body)
            except _UNREADABLE:
                pass
        self.look(source, body, frame)
        return None

    def look(self, source: str, body: bytes, frame: int) -> None:
        """Looks at a body of a source."""
        checker = checker_of(source)
        if checker is None:
            return
        try:
            checker.decode(body)
        except msgspec.ValidationError:
            self._look_through(source, body, frame)
        except _UNREADABLE:
            return

    def _look_through(self, source: str, body: bytes, frame: int) -> None:
        try:
            value = _decode(body)
        except _UNREADABLE:
            return
        shape = shape_of(source)
        for path, kind, json_type in _drifts(value, shape, "") if shape else ():
            self.note(source, path, kind, json_type, frame)

    def rows(self, source: str, columns: Collection[str], wanted: Collection[str] | None, rows: Iterable[Any]) -> Iterator[Any]:
        """Passes the rows of a table on; `wanted` are the columns that its mapping names, None where it has none.

        A type is that of the first row which holds the column; a column is new where neither mapping nor header name it.
        """
        known = set(columns if wanted is None else wanted)
        for column in sorted(known.difference(columns)):
            self.note(source, column, MISSING, "", 1)
        first: dict[str, type] = {}
        for row in rows:
            if isinstance(row, Mapping):
                for column, cell in row.items():
                    if type(cell) is not first.get(column):
                        self._look_at_cell(source, column, cell, first)
                if not row.keys() <= known:
                    for column in row.keys() - known:
                        self.note(source, _name(column), NEW, _cell_kind(row[column]), 1)
            yield row

    def _look_at_cell(self, source: str, column: str, cell: Any, first: dict[str, type]) -> None:
        if cell is None:
            return
        kinds = {first.setdefault(column, type(cell)), type(cell)}
        if len(kinds) > 1 and not kinds <= _NUMBERS:
            self.note(source, _name(column), RETYPED, _cell_kind(cell), 1)

    def note(self, source: str, path: str, kind: str, json_type: str, frame: int) -> None:
        key = (source, path, kind, json_type)
        drift = self._met.get(key)
        if drift is None:
            if len(self._met) >= _MOST_PATHS and path != ANY_KEY:
                self.note(source, ANY_KEY, kind, "", frame)
                return
            drift = self._met[key] = Drift(*key, frame, frame)
        drift.last_frame = max(drift.last_frame, frame)
        drift.count += 1

    def take(self) -> list[Drift]:
        """What was met since the last call."""
        met, self._met = self._met, {}
        return [met[key] for key in sorted(met)]


def _drifts(value: Any, shape: Shape, path: str) -> Iterator[tuple[str, str, str]]:
    """(path, kind, JSON type) of what is not as documented. What stands in a new field is not told: it may be anybody's data."""
    kind = kind_of(value)
    if ANYTHING in shape.kinds or not shape.kinds or kind == "null":
        return
    if kind not in shape.kinds and not (kind == "integer" and "number" in shape.kinds):
        yield path, RETYPED, kind
    elif kind == "array" and ITEM in shape.fields:
        for item in value:
            yield from _drifts(item, shape.fields[ITEM], path + ITEM)
    elif kind == "object":
        for name, told in value.items():
            known = shape.fields.get(name) or shape.fields.get(ANY_KEY)
            here = f"{path}.{name if name in shape.fields else _name(name)}".lstrip(".")
            if known is None:
                yield here, NEW, kind_of(told)
            else:
                yield from _drifts(told, known, here if name in shape.fields else f"{path}.{ANY_KEY}")
        for name, wanted in shape.fields.items():
            if wanted.is_required and name not in value:
                yield f"{path}.{name}".lstrip("."), MISSING, ""


def _name(name: str) -> str:
    """A field's name, or `*` for a key that looks like data: numbers, ids, addresses."""
    return name if len(name) <= _LONGEST_NAME and _NAME.fullmatch(name) else ANY_KEY


def _cell_kind(cell: Any) -> str:
    try:
        return kind_of(cell)
    except KeyError:
        return type(cell).__name__.lower()  # of a Parquet table: a date, a decimal
